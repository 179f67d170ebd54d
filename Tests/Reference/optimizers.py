"""Optimizers: parameters and every variable after each of five steps with given gradients."""

import keras
import numpy as np

from golden import Family

STEPS = 5
PARAMETERS = [("kernel", (3, 2)), ("bias", (2,)), ("scale", (1,)), ("filters", (2, 1, 3))]


def row(name, class_name, /, issue=2, gradient_scale=1.0, exclude=None, exclude_variables=None, **config):
    """`exclude`: names of parameters that weight decay leaves alone, `exclude_variables`: their places."""
    return dict(name=name, class_name=class_name, issue=issue, gradient_scale=gradient_scale, exclude=exclude,
                exclude_variables=exclude_variables, config=config)


ROWS = [
    row("sgd", "SGD"),
    row("sgd_rate", "SGD", learning_rate=0.5),
    row("sgd_momentum", "SGD", learning_rate=0.1, momentum=0.9),
    row("sgd_nesterov", "SGD", learning_rate=0.1, momentum=0.9, nesterov=True),
    row("sgd_momentum_1", "SGD", learning_rate=0.1, momentum=1.0),
    row("sgd_rate_0", "SGD", learning_rate=0.0),
    row("rmsprop", "RMSprop"),
    row("rmsprop_rho", "RMSprop", learning_rate=0.01, rho=0.5),
    row("rmsprop_momentum", "RMSprop", learning_rate=0.01, momentum=0.9),
    row("rmsprop_centered", "RMSprop", learning_rate=0.01, centered=True),
    row("rmsprop_all", "RMSprop", learning_rate=0.05, rho=0.8, momentum=0.5, epsilon=1e-3, centered=True),
    row("adam", "Adam"),
    row("adam_rate", "Adam", learning_rate=0.1),
    row("adam_betas", "Adam", learning_rate=0.01, beta_1=0.5, beta_2=0.9),
    row("adam_epsilon", "Adam", learning_rate=0.01, epsilon=0.1),
    row("adam_amsgrad", "Adam", learning_rate=0.01, amsgrad=True),
    row("adam_amsgrad_betas", "Adam", learning_rate=0.1, beta_1=0.3, beta_2=0.5, amsgrad=True),
    row("adam_large_gradients", "Adam", gradient_scale=1e4, learning_rate=0.01),
    row("adam_small_gradients", "Adam", gradient_scale=1e-6, learning_rate=0.01),
    row("adagrad", "Adagrad"),
    row("adagrad_rate", "Adagrad", learning_rate=0.5),
    row("adagrad_accumulator", "Adagrad", learning_rate=0.1, initial_accumulator_value=1.0),
    row("adagrad_accumulator_0", "Adagrad", learning_rate=0.1, initial_accumulator_value=0.0, epsilon=1e-3),
]


def run(family, spec):
    case = family.case(spec["name"], spec["class_name"], spec["issue"])
    optimizer = getattr(keras.optimizers, spec["class_name"])(**spec["config"])
    parameters = [
        keras.Variable(case.rng.standard_normal(shape).astype("float32"), name=name) for name, shape in PARAMETERS
    ]
    if spec["exclude"]:
        optimizer.exclude_from_weight_decay(var_names=spec["exclude"])
    if spec["exclude_variables"]:
        optimizer.exclude_from_weight_decay(var_list=[parameters[i] for i in spec["exclude_variables"]])
        case.set(exclude_variables=spec["exclude_variables"])
    optimizer.build(parameters)
    case.set(
        config=spec["config"], keras_config=optimizer.get_config(), steps=STEPS,
        exclude_from_weight_decay=spec["exclude"],
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
    rates = []
    for step in range(1, STEPS + 1):
        rates.append(float(np.asarray(optimizer.learning_rate)))
        gradients = [(case.rng.standard_normal(shape) * spec["gradient_scale"]).astype("float32")
                     for _, shape in PARAMETERS]
        if step == 2:
            gradients[1][:] = 0  # a parameter without gradient for one step
        record("gradient", gradients)
        optimizer.apply([keras.ops.convert_to_tensor(gradient) for gradient in gradients], parameters)
        record("parameter", [parameter.value for parameter in parameters])
        record("variable", [variable.value for variable in optimizer.variables])
    for name, values in history.items():
        case.array(name, np.stack(values))
    case.set(learning_rates=rates)
    if optimizer.use_ema:
        optimizer.finalize_variable_values(parameters)
        for i, parameter in enumerate(parameters):
            case.array(f"finalized_{i}", parameter.value)


def build():
    family = Family("optimizers")
    for spec in ROWS:
        run(family, spec)
    return [family]
