"""The table of the models that `saved_models.py` has Keras save: each is a function below `@model`."""

ROWS = []


def model(optimizer="adam", loss="mse", *, metrics=None, x=None, y=None, trained=False, **compile):
    """Registers a builder. `x`: shapes of the inputs' samples (a dictionary by name for several), with `int:n` for ids
    below n; None stands for the model's own input shape. `y`: shapes of targets, or `int:n`."""
    def register(build):
        ROWS.append(dict(name=build.__name__, build=build, optimizer=optimizer, loss=loss, metrics=metrics, x=x, y=y,
                         trained=trained, compile=compile))
        return build
    return register
