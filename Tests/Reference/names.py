"""Keras's public names, by introspection, for the test that counts what has golden data."""

import importlib
import inspect
import json
import os

import keras

from golden import FORMAT, ROOT, plain

FAMILIES = {
    "layers": "layers", "losses": "losses", "metrics": "metrics", "optimizers": "optimizers",
    "schedules": "optimizers.schedules", "initializers": "initializers", "regularizers": "regularizers",
    "constraints": "constraints", "activations": "activations",
}
UTILITIES = {"get", "serialize", "deserialize"}
# Names that need no golden data, and why.
EXCLUDED = {
    "layers": {
        "FlaxLayer": "Python only", "JaxLayer": "Python only", "TFSMLayer": "Python only",
        "TorchModuleWrapper": "Python only", "Lambda": "Python only: its config holds Python bytecode",
        "InputSpec": "no layer", "InputLayer": "computes nothing: its shapes and names are checked with the models", "Layer": "base class", "Wrapper": "base class",
        **{name: "tier 3: spectrograms" for name in ("MelSpectrogram", "STFTSpectrogram")},
        **{f"Adaptive{kind}Pooling{rank}D": "tier 3: adaptive pooling" for kind in ("Average", "Max")
           for rank in (1, 2, 3)},
        **{name: "tier 3: exotic augmentation" for name in (
            "AugMix", "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "CutMix", "Equalization",
            "MaxNumBoundingBoxes", "MixUp", "Pipeline", "RandAugment", "RandomColorDegeneration", "RandomColorJitter",
            "RandomElasticTransform", "RandomErasing", "RandomGaussianBlur", "RandomGrayscale", "RandomHue",
            "RandomInvert", "RandomPerspective", "RandomPosterization", "RandomSaturation", "RandomSharpness",
            "RandomShear", "Solarization")},
    },
    "losses": {"Loss": "base class"},
    "metrics": {"Metric": "base class", "MeanMetricWrapper": "wraps a Python function"},
    "optimizers": {"Optimizer": "base class", "OptimizerMap": "an argument of MultiOptimizer"},
    "schedules": {"LearningRateSchedule": "base class"},
    "initializers": {"Initializer": "base class", "STFT": "tier 3: spectrograms"},
    "regularizers": {"Regularizer": "base class"},
    "constraints": {"Constraint": "base class"},
    "activations": {},
}


def arguments(value):
    """Argument names and defaults; `required` where there is none."""
    found = []
    for parameter in inspect.signature(value).parameters.values():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.default is parameter.empty:
            found.append({"name": parameter.name, "required": True})
            continue
        try:
            found.append({"name": parameter.name, "default": plain(parameter.default)})
        except TypeError:
            found.append({"name": parameter.name, "default": repr(parameter.default)})
    return found


def family(path):
    """`classes` and `functions` by their own name, each with every public name that stands for it."""
    module = keras
    for part in path.split("."):
        module = getattr(module, part)
    classes, functions = {}, {}
    for name in sorted(dir(module)):
        value = getattr(module, name)
        if name.startswith("_") or name in UTILITIES or not callable(value):
            continue
        table = classes if inspect.isclass(value) else functions
        own = value.__name__ if hasattr(module, value.__name__) else name
        entry = table.setdefault(own, {"names": [], "arguments": arguments(value)})
        entry["names"].append(name)
    return {"classes": classes, "functions": functions}


def identifiers(path):
    """The strings that `get` takes, each with the class or function it stands for."""
    source = importlib.import_module(f"keras.src.{path}")
    table = getattr(source, "ALL_OBJECTS_DICT", {})
    return {name: value.__name__ for name, value in sorted(table.items()) if name is not None}


class Names:
    """What generate.py takes for a family, but one file."""

    name = "names"

    def write(self):
        families = {}
        for name, path in FAMILIES.items():
            families[name] = family(path)
            families[name]["identifiers"] = {} if name in ("layers", "schedules") else identifiers(path)
            families[name]["excluded"] = EXCLUDED[name]
            known = {n for entry in families[name]["classes"].values() for n in entry["names"]}
            unknown = set(EXCLUDED[name]) - known
            assert not unknown, f"{unknown} are no names of keras.{path}"
        os.makedirs(ROOT, exist_ok=True)
        with open(os.path.join(ROOT, "names.json"), "w", encoding="utf-8") as file:
            json.dump({"format": FORMAT, "keras": keras.__version__, "families": families}, file, allow_nan=False,
                      indent=1)
            file.write("\n")
        return sum(len(entry["classes"]) + len(entry["functions"]) for entry in families.values())


def build():
    return [Names()]
