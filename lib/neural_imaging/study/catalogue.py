"""The figures, and the tables that are joins: what they are made from and by. Light: planning reads it.

A new figure is a module in `figures/` with a function `plot`, and an entry here; a new table has `tabulate`.
"""

from dataclasses import dataclass, field

# Where an experiment has a figure: always, or where one of these is so (planning/figures.py says when).
ALWAYS, RAW, JPEG, CODED, TUNED, TRADE_OFF = "experiment", "raw", "jpeg", "coded", "tuned", "trade-off"
OPTIMISED, CHANNELS, TILED, PUBLISHED = "optimised", "channels", "tiled", "published"
# Figures of a study of codecs, and of tests of runs: on other pictures, under other conditions, of regions, and of
# sensors.
STUDY, TRANSFER, ROBUSTNESS, LOCALISATION = "study", "transfer", "robustness", "localisation"
FINGERPRINTS, ATTACKS = "fingerprints", "attacks"
# Sections of the configuration that have the latter.
TESTS = {name: [name] for name in (TRANSFER, ROBUSTNESS, LOCALISATION, FINGERPRINTS, ATTACKS)}


@dataclass(frozen=True)
class Figure:
    """An entry of the catalogue."""

    title: str  # In the report; so is the caption, reStructuredText.
    caption: str
    sources: tuple = ()  # Files below the folder of results; `{subject}` is an experiment or a study.
    where: tuple = (ALWAYS,)  # Who has it; one of these suffices.
    module: str = ""  # Which one of `figures` draws it, where that is not called as the figure.
    options: tuple = ()  # Those of `scripts/plot.py` that it takes.
    fixed: dict = field(default_factory=dict)  # Arguments of the module's function that make this figure of it.


_RUNS, _SUMMARY, _EVALUATION = "tables/{subject}_runs.csv", "tables/{subject}.csv", "evaluation/{subject}"
_SCATTER = """Accuracy of the forensic network on whole photographs against their {}, over λ and for learned signatures
(stars), with the differentiable codec and with the real one (the bit-stream of a learned one). A small point without an
edge is one run. Where a grid point has several runs, a large point with a black edge is their mean; a line joins the
means over λ."""

FIGURES = {
    "system": Figure(
        "system",
        """The system as the experiment is configured: photographs, camera pipelines, manipulations, channels and
the forensic network. Numbers on the arrows are sides of patches in pixels (of the first, in Bayer cells) and
channels. Orange parts learn in at least one run of the grid; the dashed line is the way of the gradient.""",
        options=("settings",),
    ),
    "pipeline_steps": Figure(
        "neural against standard pipeline",
        """The steps of a standard camera pipeline, and the network that replaces them in the experiment's example,
drawn from the built network. Slabs are layers, as high as their result is large (a step a halving); a number in
front of a kernel says how many such layers follow each other. "‖" joins features, "+" adds them.""",
        sources=(f"{_EVALUATION}/pipeline_steps.json",),
        where=(RAW,),
    ),
    "pipelines": Figure(
        "pipelines",
        "One validation photograph, developed by the target pipeline and by each pre-trained ISP.",
        sources=(f"{_EVALUATION}/pipelines.npz",),
    ),
    "manipulations": Figure(
        "manipulations",
        "One photograph, manipulated in each way that the forensic network must tell apart.",
        sources=(f"{_EVALUATION}/manipulations.npz",),
    ),
    "whole_and_patchwise": Figure(
        "patches and whole photographs",
        """Accuracy over what learned: patch by patch, as in the papers (each patch developed and sent on its own),
on whole photographs, and on whole photographs that were cropped by (1, 1) before the channel, with the real codec
(the bit-stream of a learned one). Small points are runs; large ones are their means with 95 % intervals.""",
        sources=(_SUMMARY, _RUNS),
    ),
    "detection": Figure(
        "detection and calibration",
        """Windows of whole photographs behind the real codec (the bit-stream of a learned one). At the
left, the share of manipulated windows that is found at each rate of false alarms on native ones, mean over the runs;
the curve ends where one native window is too much. In the middle, how often answers of each confidence are right, over
all runs; areas are shares of the windows, and on the dashed line a network is right as often as it says. At the right,
the same after each half of the photographs was scaled at the temperature that fits the other half.""",
        sources=("tables/{subject}_detection_curves.csv",),
        options=("camera", "isp", "channel"),
    ),
    "rate_distortion_accuracy": Figure(
        "accuracy over rate",
        """Accuracy on whole photographs with the real codec (the bit-stream of a learned one), and SSIM
of whole native pictures after compression, over effective bits a pixel, on an axis where rates that double lie
equally far apart: JPEG at its qualities, and each learned codec as it was trained (basic) and fine-tuned for
forensics with falling λ; where pipelines learn too, each of their weights has a column, and where they alone do, λ
is theirs. Means of runs; bars are sample deviations.""",
        sources=(_SUMMARY,),
        where=(CODED,),
        options=("camera", "isp", "lambda_isp"),
    ),
    "boxplot": Figure(
        "accuracy over λ",
        """Accuracy on whole photographs over λ and for learned signatures. A mark is a run. Where a grid point has
five runs or more, a box has their quartiles and median, and whiskers reach to the lowest and highest run; of fewer,
a line marks the mean. At the left with the differentiable codec of the training, at the right with the real one
(the bit-stream of a learned one).""",
        sources=(_RUNS,),
        where=(TUNED, TRADE_OFF),
        options=("camera", "measure"),
    ),
    "spectra": Figure(
        "spectra of codecs",
        """What codecs do to spectra: logarithm of the mean FFT magnitude of compressed patches over that of the
originals, for the codecs as they were trained (basic) and fine-tuned for forensics with falling λ. Red frequencies
are strengthened, blue ones weakened. Patches are those of the example camera's validation photographs, of the size
that the network sees, under a Hann window; magnitudes count at least as much as rounding to 8 bits alone gives.""",
        sources=(f"{_EVALUATION}/spectra.npz",),
        where=(TUNED,),
    ),
    "codec_example": Figure(
        "example and its spectra",
        """One validation photograph, developed by the example's ISP, and what the codec makes of it as it was
trained (basic) and fine-tuned for forensics: whole, in detail, and the spectra of the luma. Effective bits a pixel
and SSIM are those of the whole photograph that is shown; below them stand the means over all validation
photographs, measured alike, which the table of results has too: single photographs may go another way.""",
        sources=(f"{_EVALUATION}/codec_example.npz",),
        where=(TUNED,),
    ),
    "differentiable_jpeg": Figure(
        "differentiable JPEG",
        "PSNR over quality factors of the differentiable JPEG, with each kind of rounding, and of libjpeg.",
        sources=("tables/differentiable_jpeg.csv",),
        where=(JPEG,),
    ),
    **{
        f"scatter_{quality}": Figure(
            f"accuracy against {quality.upper()}",
            _SCATTER.format(quality.upper()),
            sources=(_RUNS,),
            where=(TRADE_OFF,),
            module="scatter",
            fixed={"quality": quality},
        )
        for quality in ("psnr", "ssim")
    },
    "progress": Figure(
        "training progress",
        """Accuracy, cross-entropy and fidelity on patches of the validation photographs while the forensic network
and what learns with it are trained. Lines are means over the runs; bands around them reach from the lowest to the
highest run.""",
        sources=("tables/{subject}_progress.csv",),
        where=(TRADE_OFF,),
        options=("camera",),
    ),
    "confusion": Figure(
        "confusion matrices",
        """Confusion matrices of windows of whole photographs, over λ and for learned signatures, with the
differentiable codec of the training, in percent of each true class: means over the runs.""",
        sources=("tables/{subject}_confusion.csv",),
        where=(TRADE_OFF, JPEG),
        options=("camera", "isp", "channel", "codec"),
    ),
    "difference": Figure(
        "difference of ISPs",
        """One photograph as the example's ISP develops it: as it was pre-trained, before the forensic network was
there, and optimised, that is, trained jointly with the network at the λ in the title. Then the difference of the
two, amplified around grey as the title says. Below, the framed detail, and the spectra of the luma. The PSNR is
that against the target.""",
        sources=(f"{_EVALUATION}/difference.npz",),
        where=(OPTIMISED,),
    ),
    "channels": Figure(
        "accuracy over channels",
        """Accuracy of the forensic network on whole photographs behind each channel, where pipelines and codecs
stay as they are: means of runs, bars are sample deviations. Filled marks are with the differentiable codec of the
training, open ones with the real one, which of a learned codec is its bit-stream.""",
        sources=(_RUNS,),
        where=(CHANNELS,),
        options=("settings", "camera"),
    ),
    "signature": Figure(
        "learned tiles",
        """Learned tiles that cameras add to photographs, signatures and those of pipelines: the tile (luma, three
periods), the magnitudes of its frequencies from −½ to ½ cycles a pixel in grey levels, a photograph without and
with it, and their difference. Below, the mean of what the tile changes over all places of a period and all
validation photographs, behind each manipulation, and behind the channel with its real codec
too. Numbers are root mean squares over all colours, in grey levels.""",
        where=(TILED,),
    ),
    "published": Figure(
        "beside published values",
        """Our numbers beside the published ones: patch by patch, as they were published, and on whole photographs.
Ours are means over the runs; their bars are 95 % intervals, and a mean without a bar has none. Published bars and
boxes reach from the lowest to the highest of the published runs.""",
        sources=("tables/{subject}_published.csv",),
        where=(PUBLISHED,),
    ),
    "architecture": Figure(
        "codec architecture",
        """The learned codec of the study's example, drawn from the built network: below each layer its kernel, its
stride where that is not 1, and its features. Slabs are as high as their result is large (a step a halving); "+"
ends a residual block.""",
        sources=(f"{_EVALUATION}/architecture.json",),
        where=(STUDY,),
    ),
    "rate_distortion": Figure(
        "rate and distortion",
        """Quality over effective bits a pixel on each data set: means over the pictures' fitted curves, the learned
codecs with a mark each. Open marks are published values: circles were read off the paper's curves, squares are its
models.""",
        sources=("tables/{subject}_rate_distortion_curves.csv", "tables/{subject}_rate_distortion_averages.csv"),
        where=(STUDY,),
        options=("measure", "data_set", "limit"),
    ),
    "crops": Figure(
        "crops beside JPEG",
        """Pictures as the learned codec leaves them, and as JPEG does at the quality (Q) whose SSIM, and at that
whose bits a pixel, come nearest to the codec's. JPEG cannot become smaller than at Q 1, and there are few qualities
at low rates: how near they come, the numbers say. Bits a pixel and SSIM are those of the whole picture, of which
the middle is shown.""",
        sources=(f"{_EVALUATION}/crops.npz",),
        where=(STUDY,),
        module="codec_crops",
    ),
    "entropy_estimation": Figure(
        "entropy estimation",
        """Error of the differentiable entropy estimate, with a Gaussian and with a t-Student kernel: 1,000 numbers
of each of 500 Laplace distributions on the codebook −5…5, and where a codec was given its latent of 128-pixel
patches. Kernel weights are computed as logarithms: numbers far beyond the codebook do not count for all codes
alike, as they do in the released scripts.""",
        sources=("tables/{subject}_entropy_estimation.csv",),
        where=(STUDY,),
    ),
    "transfer": Figure(
        "transfer to other pictures",
        """Accuracy of forensic networks on whole pictures of other kinds than those that they were trained on:
means over the runs, with 95 % intervals over the pictures. Black frames mark pictures of the same kind. Less than
four pairs are drawn as points.""",
        sources=("tables/transfer.csv",),
        where=(TRANSFER,),
    ),
    "robustness": Figure(
        "what survives other conditions",
        """Forensic networks under conditions that they were not trained for: at the left the accuracy of the network
alone with the real codec, then what each trained part adds to it under the same condition, in points: means over runs
and photographs. Bold gains have a 95 % interval that leaves 0 out. "own" is what the runs were trained for; "worst" has
the lowest gain of all other conditions, and "mean" is over these. Below are conditions with manipulations that the
network does not know: there the area under the ROC curve (AUC) of native against manipulated windows counts.""",
        sources=("tables/robustness_gains.csv",),
        where=(ROBUSTNESS,),
        options=("camera", "isp", "channel"),
    ),
    "fingerprints": Figure(
        "sensor fingerprints behind pipelines",
        """What pipelines do to sensor fingerprints. Left: correlation between the fingerprints of a device that are
estimated behind two pipelines, the mean over devices, and with the true one where it is known. Right: median
peak-to-correlation energy (PCE) of photographs with their own device's fingerprint, the true-positive rate at 0.5 %
false positives, and the share of photographs of other devices that pass where 0.5 % would by chance (grey), over the
side of a patch: where both are developed alike, and the mean over all pairs of pipelines that differ. Dotted: the rate
without taking out what devices share, such as a signature.""",
        sources=("tables/fingerprints.csv",),
        where=(FINGERPRINTS,),
        options=("channel",),
    ),
    "fingerprints_roc": Figure(
        "ROC of sensor fingerprints",
        """How many photographs of a device are found by its fingerprint (PCE), over the share of photographs of other
devices that pass the same threshold, by the side of a patch: of each pipeline with its own fingerprints, and of all
pairs of pipelines that differ. The grey line is chance. A curve begins at the least share that its pairs can show.""",
        sources=("tables/fingerprints_roc.csv",),
        where=(FINGERPRINTS,),
        options=("channel",),
    ),
    "localisation": Figure(
        "which region was forged",
        """How well maps of the forensic network find a region that was forged before the channel, behind the real
codec: area under the ROC curve (AUC) of received pixels, a mean over photographs, by what the region is. The dashed
line is what a map has that says nothing. Marks are means over runs and photographs, of the network alone and of what
each trained part makes of it; bars are 95 % intervals. Open marks have one that does not lie above 50 %. Maps are as
coarse as the windows that they are made of, whose side and stride the heading says.""",
        sources=("tables/localisation_gains.csv",),
        where=(LOCALISATION,),
        options=("camera", "isp", "channel"),
    ),
    "attacks": Figure(
        "attacks on signatures",
        """A learned signature, attacked by somebody who has so many of the camera's photographs, as developed or as
received: correlation of the estimate with the tile, and the most that theory allows of developed ones; accuracy of the
forensic network, with the real codec, on photographs that it was removed from, and how many of these a defender who
knows the tile still takes for signed, at 0.5 % false positives; the share of manipulated windows called native where it
was removed before the manipulation and added behind it; and PSNR to what was there before. Marks are means over runs,
bars go from the lowest to the highest run. Dashed lines are what there is without an attack, and
dotted ones what there is without a signature.""",
        sources=("tables/attacks.csv",),
        where=(ATTACKS,),
        options=("camera", "isp", "channel"),
    ),
}
# Tables that scripts/tabulate.py joins from finished results, each with the module that does it.
TABLES = {
    "forensics": "tables.experiment",
    "detection": "tables.detection_table",
    "published": "tables.published",
    "isps": "tables.isp_table",
    "rate_distortion": "tables.rate_table",
    "bd_rates": "tables.bd_rates",
    "signature": "tables.signature_table",
    "transfer": "tables.transfer_table",
    "robustness": "tables.robustness_table",
    "fingerprints": "tables.fingerprints_table",
    "localisation": "tables.localisation_table",
    "attacks": "tables.attacks_table",
    "headline": "tables.headline_tables",
}
# Programs that measure the other tables, by how the names of these end.
MEASURED = {
    "differentiable_jpeg": "compare_jpeg", "_channelwise": "measure_channelwise",
    "_codec_runtime": "measure_codec_runtime", "_entropy_estimation": "measure_entropy_estimation",
}  # fmt: skip
# What the report calls tables, those that programs measure among them.
TITLES = {
    "rate_distortion_table": "rate and distortion",
    "bd_rate": "BD-rates",
    "channelwise": "channel-wise entropy coding",
    "codec_runtime": "run time of codecs",
    "entropy_estimation": "entropy estimation",
    "headline": "claims of the papers",
    "signature_table": "learned tiles",
    "summary": "summary",
    "runs": "runs",
    "confusion": "confusion matrices",
    "progress": "training progress",
    "detection": "detection and calibration",
    "published": "beside published values",
    "published_confusion": "confusion matrices beside published values",
    "isps": "trained pipelines",
    "differentiable_jpeg": "PSNR over qualities",
    "transfer_table": "transfer to other pictures",
    "robustness_runs": "runs under other conditions",
    "robustness_gains": "gains under other conditions",
    "fingerprints": "sensor fingerprints behind pipelines",
    "fingerprints_changes": "what pipelines change in sensor fingerprints",
    "localisation_runs": "runs on forged regions",
    "localisation_gains": "gains on forged regions",
    "attacks": "attacks on signatures",
}


def module(name):
    """Dotted name, below the package, of the module that draws a figure."""
    return f"figures.{FIGURES[name].module or name}"


def having(*facts):
    """Names of the figures of whom these are so, in the catalogue's order."""
    return [name for name, figure in FIGURES.items() if set(figure.where) & set(facts)]
