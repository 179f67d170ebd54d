"""summary() as Keras prints it, letter for letter, on a terminal of a given width."""

import os

import numpy as np

import architectures
from golden import Family

# name, architecture, arguments of summary, columns of the terminal
ROWS = [(name, name, {}, 80) for name in (
    "sine", "digits", "tickets", "two_heads", "inception", "merges", "residual", "siamese", "nested", "frozen",
    "dropout", "unbuilt", "build_later", "long_names", "rank_4", "middle_layer", "flatten_reshape",
    "subclassed_classifier", "classifier_and_regression")] + [
    ("digits_wide", "digits", {}, 200), ("digits_narrow", "digits", {}, 50),
    ("tickets_wide", "tickets", {}, 200), ("tickets_100", "tickets", {}, 100), ("merges_wide", "merges", {}, 200),
    ("digits_line_length", "digits", {"line_length": 60}, 200),
    ("tickets_line_length", "tickets", {"line_length": 120}, 200),
    ("digits_positions", "digits", {"positions": [0.3, 0.6, 1.0]}, 80),
    ("nested_expanded", "nested", {"expand_nested": True}, 80),
    ("nested_expanded_wide", "nested", {"expand_nested": True, "show_trainable": True}, 200),
    ("frozen_trainable", "frozen", {"show_trainable": True}, 80),
    ("tickets_trainable", "tickets", {"show_trainable": True}, 120),
    ("sine_range", "sine", {"layer_range": ["dense_1", "dense_2"]}, 80),
    ("sine_compiled", "sine", {}, 80), ("sine_trained", "sine", {}, 80), ("sine_twice", "sine", {}, 80),
    ("subclassed_called", "subclassed_classifier", {}, 80),
]


def build():
    family = Family("summaries")
    before = os.environ.get("COLUMNS")
    for name, architecture, arguments, columns in ROWS:
        case = family.case(name, "summary")
        make = getattr(architectures, architecture)
        model = make()
        if name == "sine_twice":  # automatic names count on
            model = make()
        if name in ("sine_compiled", "sine_trained"):
            model.compile(optimizer="adam", loss="mse")
        if name == "sine_trained":
            model.fit(np.zeros((4, 1)), np.zeros((4, 1)), verbose=0)
        if name == "subclassed_called":
            model(np.zeros((2, 6), dtype="float32"))
        os.environ["COLUMNS"] = str(columns)
        text = []
        model.summary(print_fn=text.append, **arguments)
        case.set(architecture=architecture, arguments=arguments, columns=columns, model_name=model.name,
                 layer_names=[layer.name for layer in model.layers], text="".join(text))
    os.environ.pop("COLUMNS", None)
    if before is not None:
        os.environ["COLUMNS"] = before
    return [family]
