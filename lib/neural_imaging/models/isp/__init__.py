import neural_imaging.ops  # noqa: F401  says in one line if Keras has no backend
