"""Models as `keras.utils.model_to_dot` draws them, the nodes renamed n0, n1, … in their order. Needs pydot."""

import re

import keras

import architectures
from golden import Family

EVERYTHING = dict(show_shapes=True, show_dtype=True, show_layer_activations=True, show_trainable=True)
ROWS = [
    ("sine", {}),
    ("sine", dict(show_shapes=True)),
    ("sine", dict(show_layer_names=False, show_layer_activations=True)),
    ("digits", EVERYTHING),
    ("digits", dict(rankdir="LR", dpi=96, splines="curved")),
    ("flatten_reshape", dict(show_shapes=True, show_layer_activations=True)),
    ("tokens", EVERYTHING),
    ("tickets", {}),
    ("tickets", dict(show_shapes=True, show_layer_names=False)),
    ("two_heads", EVERYTHING),
    ("inception", dict(show_shapes=True)),
    ("merges", EVERYTHING),
    ("residual", EVERYTHING),
    ("siamese", EVERYTHING),
    ("siamese", dict(expand_nested=True)),
    ("nested", {}),
    ("nested", dict(show_shapes=True, show_dtype=True)),
    ("nested", dict(expand_nested=True)),
    ("nested", dict(expand_nested=True, **EVERYTHING)),
    ("frozen", dict(show_trainable=True)),
    ("frozen", dict(expand_nested=True, **EVERYTHING)),
    ("middle_layer", dict(show_shapes=True)),
    ("regularized", EVERYTHING),
    ("subclassed", dict(show_shapes=True)),
]


def renamed(text):
    """Nodes are numbers in memory: numbered in the order in which they are written."""
    names = {}
    for name in re.findall(r"^(\d+) \[", text, re.MULTILINE):
        names.setdefault(name, f"n{len(names)}")
    return re.sub(r"^(\d+)(?= \[| -> )|(?<= -> )(\d+)", lambda match: names[match.group()], text, flags=re.MULTILINE)


def build():
    family = Family("drawings")
    for index, (name, arguments) in enumerate(ROWS):
        case = family.case(f"{name}_{index}", "model_to_dot", 4)
        model = getattr(architectures, name)()
        if name == "subclassed":
            model.build(dict(title=(None, 12), text_body=(None, 10), tags=(None, 4)))
            model.built = True
        dot = keras.utils.model_to_dot(model, **arguments).to_string()
        case.set(architecture=name, arguments=arguments, dot=renamed(dot))
    return [family]
