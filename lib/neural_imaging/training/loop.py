"""The one way in which models are trained: `Model.fit` with checkpoints, history, and a watch on the loss."""

from dataclasses import dataclass
from pathlib import Path

import keras

from neural_imaging.base import files, memory, records, termination
from neural_imaging.training import callbacks
from neural_imaging.training.batches import TrainingBatches
from neural_imaging.training.checkpoints import Checkpoint, fingerprint
from neural_imaging.training.partwise import PartwiseAdam


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train: settings of trainings, see docs/settings.md.

    A drop lowers the learning rate where the validation loss is more than `drop_above` times the lowest so far; `keep`
    says whether a training ends with its "last" weights, its "best", or an "average" of those of the last `averaged`
    steps, which validations are then about too.
    """

    epochs: int
    steps: int
    batch: int
    learning_rate: float
    decay: float = 1.0
    decay_every: int = 1
    first_decay: bool = False
    validation_every: int = 1
    patience: int = 0
    tolerance: float = 0.0
    drop: float = 1.0
    drop_above: float = 1.2
    keep: str = "last"
    averaged: int = 100

    def rate(self, epoch):
        """Learning rate of an epoch, counted from 0."""
        decays = (epoch + self.decay_every - 1 if self.first_decay else epoch) // self.decay_every
        return self.learning_rate * self.decay**decays


def fit(
    model,
    sampler,
    validation,
    schedule,
    *,
    title,
    details,
    seed,
    identity,
    columns,
    checkpoints,
    logs=None,
    convergence=None,
    watchers=(),
    resume=True,
    rates=(),
    lead=0,
):
    """Train a model, or go on with its training, until its schedule ends or its validations no longer improve.

    Args:
        model: Keras model whose `compute_loss` takes RAW patches (or what the sampler gives) as x and RGB patches as y.
        sampler: `datasets.patches.PatchSampler` of the training photographs, or another with `images` and `batch`.
        validation: RAW and RGB patches of the validation photographs, as the sampler gives them.
        title, details: what the progress bar says, and the message of a diverged training.
        identity: settings and files that make this training what it is, as for `fingerprint`.
        columns: numbers to keep of each validation, by their names in Keras's logs.
        convergence: `callbacks.Convergence` that watches something else than the schedule's does, which is the loss.
        watchers: more Keras callbacks.
        resume: go on from a checkpoint of this training; False removes it and begins anew.
        rates: list of (part, factor): parts of the model, Keras models or layers, whose learning rate has a factor.
        lead: epochs before which these parts do not learn.

    Returns:
        (history, kept, checkpoint) for `finish`: `kept` are the numbers of the weights that were kept.
    """
    raw = validation[0][0] if isinstance(validation[0], tuple) else validation[0]
    model.build((None, *raw.shape[1:]))
    model.compile(_optimizer(schedule, rates, lead), jit_compile=_compiles())
    model.optimizer.build(model.trainable_variables)
    history, deterioration = callbacks.History(columns), callbacks.Deterioration(schedule.drop, schedule.drop_above)
    convergence = convergence or callbacks.Convergence(schedule.patience, schedule.tolerance)
    keepers = {"history": history, "convergence": convergence, "deterioration": deterioration}
    if schedule.keep == "best":
        keepers["best"] = callbacks.Best()
    checkpoint = Checkpoint(checkpoints, fingerprint(*identity), keepers, schedule.validation_every)
    if not resume:
        checkpoint.remove()
    start, done = checkpoint.restore(model)
    watchers = [
        *watchers,
        keras.callbacks.LearningRateScheduler(lambda epoch: schedule.rate(epoch) * deterioration.factor),
        callbacks.FiniteLoss(details),
        *keepers.values(),
        callbacks.Averages(),
        callbacks.Progress(title, schedule.epochs, [name for name in columns if name.startswith("val_")]),
        checkpoint,
    ]
    if logs is not None:
        watchers.append(keras.callbacks.TensorBoard(Path(logs), write_graph=False))
    training = model, sampler, validation, schedule, seed, checkpoint, watchers
    with termination.awaited() as checkpoint.termination:
        try:
            if done:
                # An epoch that was begun has fewer batches left than the others.
                _epochs(*training, start, done, start + 1)
                start += 1
            if start < schedule.epochs and not (done and model.stop_training):
                _epochs(*training, start, 0, schedule.epochs)
        except Exception as error:
            if not termination.was_unfinished(error):
                raise
            # Other backends than TensorFlow ask for a batch before the step begins.
            checkpoint.end(whole=keras.backend.backend() != "tensorflow")
    callbacks.Averages.apply(model)
    if "best" not in keepers:
        return history, history.last(), checkpoint
    keepers["best"].apply(model)
    return history, history.last(keepers["best"].epoch), checkpoint


def check_memory(settings, sampler, held_out, per_image, features):
    """Refuse, before anything of that size is made, batches and validations that cannot fit into the memory.

    `features(size, learns)` gives the bytes that networks need for one patch, in training or in validation.
    """
    batch, validation = settings["batch"], per_image * len(held_out.images)
    name, kept = f"batch {batch} of patches of {settings['patch']}", sampler.stored + sampler.computed
    memory.check(name, batch * (kept + features(sampler.size, True)))
    name = f"validation on {validation} patches of {settings.get('validation_patch', settings['patch'])}"
    at_once = min(batch, validation) * (held_out.computed + features(held_out.size, False))
    memory.check(name, validation * held_out.stored + at_once)


def finish(model, output, record, history, kept, checkpoint, **more):
    """Write a model, `training.csv` and `record.json` with `more` entries, and remove the checkpoints; see `fit`."""
    output = Path(output)
    beside = (output.with_name("training.csv"), output.with_name(records.NAME))
    with files.together(output, *beside) as (archive, table, facts):
        model.save(archive)
        history.write(table)
        record.write(facts, kept, resumed=checkpoint.resumed, **more)
    checkpoint.remove()


def _epochs(model, sampler, validation, schedule, seed, checkpoint, watchers, start, done, end):
    """Train from an epoch, of which so many batches are done, up to another."""
    total, first = schedule.epochs * schedule.steps, start * schedule.steps + done
    checkpoint.batches = TrainingBatches(sampler, schedule.batch, total, seed, start=first)
    # KERAS_MAX_EPOCHS and KERAS_MAX_STEPS_PER_EPOCH, set for other projects, would end a training early.
    keras.config.set_max_epochs(None)
    keras.config.set_max_steps_per_epoch(None)
    model.fit(
        checkpoint.batches,
        epochs=end,
        initial_epoch=start,
        steps_per_epoch=schedule.steps - done,
        validation_data=validation,
        validation_batch_size=schedule.batch,
        validation_freq=schedule.validation_every,
        callbacks=watchers,
        shuffle=False,
        verbose=0,
    )


def _optimizer(schedule, rates, lead):
    factors = [
        (variable, factor) for part, factor in rates for variable in part.trainable_variables if lead or factor != 1
    ]
    averaged = schedule.averaged if schedule.keep == "average" else 0
    return PartwiseAdam(schedule.learning_rate, factors, lead * schedule.steps, averaged)


def _compiles():
    """XLA pays on a GPU; on processors its convolutions are slower than TensorFlow's own."""
    return "auto" if keras.backend.backend() == "jax" else False
