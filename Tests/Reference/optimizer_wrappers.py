"""LossScaleOptimizer and MultiOptimizer: parameters and every variable after each of seven steps."""

import keras
import numpy as np
from keras import optimizers

from golden import Family
from optimizers import PARAMETERS

STEPS = 7


def scaled(name, inner, bad=(), **config):
    """`bad`: the steps whose gradients are not finite."""
    return dict(name=name, class_name="LossScaleOptimizer", inner=inner, bad=bad, config=config)


def several(name, chosen, default, scale=None):
    return dict(name=name, class_name="MultiOptimizer", chosen=chosen, default=default, bad=(), config={}, scale=scale)


SGD = ("SGD", dict(learning_rate=0.1))
MOMENTUM = ("SGD", dict(learning_rate=0.2, momentum=0.9))
ADAM = ("Adam", dict(learning_rate=0.05))
ROWS = [
    scaled("scaled_sgd", SGD, initial_scale=16.0, dynamic_growth_steps=2),
    scaled("scaled_bad", SGD, bad=(1, 4, 5), initial_scale=16.0, dynamic_growth_steps=2),
    scaled("scaled_adam", ADAM, bad=(0, 3)),
    scaled("scaled_momentum_growth", MOMENTUM, initial_scale=4.0, dynamic_growth_steps=1),
    scaled("scaled_clipped", ("Adam", dict(learning_rate=0.05, clipnorm=0.5, weight_decay=0.1)), bad=(2,),
           initial_scale=256.0),
    several("by_default", {}, ADAM),
    several("by_name", {"bias": SGD}, ADAM),
    several("by_expression", {"(kernel|filters)": MOMENTUM, "scale": SGD}, ADAM),
    several("exact_before_expression", {"b.*": MOMENTUM, "bias": SGD}, ADAM),
    several("scaled_loss", {"bias": SGD}, MOMENTUM, scale=8.0),
]


def make(described):
    name, config = described
    return getattr(optimizers, name)(**config)


def plain(described):
    return dict(class_name=described[0], config=described[1])


def run(family, spec):
    case = family.case(spec["name"], spec["class_name"], 3)
    if spec["class_name"] == "LossScaleOptimizer":
        optimizer = optimizers.LossScaleOptimizer(make(spec["inner"]), **spec["config"])
        case.set(inner=plain(spec["inner"]))
    else:
        chosen = {key: make(value) for key, value in spec["chosen"].items()}
        optimizer = optimizers.MultiOptimizer(optimizers.OptimizerMap(make(spec["default"]), chosen),
                                              loss_scale_factor=spec["scale"])
        case.set(chosen=[dict(key=key, **plain(value)) for key, value in spec["chosen"].items()],
                 default=plain(spec["default"]), scale=spec["scale"])
    parameters = [
        keras.Variable(case.rng.standard_normal(shape).astype("float32"), name=name) for name, shape in PARAMETERS
    ]
    optimizer.build(parameters)
    optimizer.built = True
    case.set(
        config=spec["config"], keras_config=optimizer.get_config(), steps=STEPS,
        parameters=[dict(name=name, shape=list(shape)) for name, shape in PARAMETERS],
        variables=[dict(path=v.path, name=v.name, shape=list(v.shape), dtype=str(v.dtype))
                   for v in optimizer.variables],
    )
    history = {}

    def record(kind, values):
        for i, value in enumerate(values):
            history.setdefault(f"{kind}_{i}", []).append(np.array(value))

    record("parameter", [parameter.value for parameter in parameters])
    record("variable", [variable.value for variable in optimizer.variables])
    scales = []
    for step in range(STEPS):
        scales.append(float(optimizer.scale_loss(np.float32(1.0))))
        gradients = [case.rng.standard_normal(shape).astype("float32") for _, shape in PARAMETERS]
        if step in spec["bad"]:
            gradients[step % 4].flat[0] = np.inf if step % 2 else -np.inf
        record("gradient", gradients)
        gradients = [keras.ops.convert_to_tensor(gradient) for gradient in gradients]
        if spec["class_name"] == "LossScaleOptimizer":  # its apply does not run on JAX
            new = optimizer.stateless_apply([v.value for v in optimizer.variables], gradients,
                                            [v.value for v in parameters])
            for variable, value in zip(parameters + optimizer.variables, [*new[0], *new[1]]):
                variable.assign(value)
        else:
            optimizer.apply(gradients, parameters)
        record("parameter", [parameter.value for parameter in parameters])
        record("variable", [variable.value for variable in optimizer.variables])
    for name, values in history.items():
        case.array(name, np.stack(values))
    case.set(scales=scales)


def build():
    family = Family("optimizer_wrappers")
    for spec in ROWS:
        run(family, spec)
    return [family]
