"""Learning-rate schedules: the rate at a list of steps. Issue 3's."""

import keras
import numpy as np
from keras.optimizers import schedules

from golden import Family

AT = [0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 15, 20, 25, 40, 100, 1000]
ROWS = [
    ("exponential", "ExponentialDecay", dict(initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5)),
    ("exponential_staircase", "ExponentialDecay", dict(initial_learning_rate=0.1, decay_steps=10, decay_rate=0.96,
                                                       staircase=True)),
    ("exponential_one_step", "ExponentialDecay", dict(initial_learning_rate=1.0, decay_steps=1, decay_rate=0.9)),
    ("inverse_time", "InverseTimeDecay", dict(initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5)),
    ("inverse_time_staircase", "InverseTimeDecay", dict(initial_learning_rate=0.1, decay_steps=4, decay_rate=0.5,
                                                        staircase=True)),
    ("inverse_time_one_step", "InverseTimeDecay", dict(initial_learning_rate=1.0, decay_steps=1, decay_rate=2.0)),
    ("piecewise", "PiecewiseConstantDecay", dict(boundaries=[3, 10], values=[1.0, 0.5, 0.1])),
    ("piecewise_one", "PiecewiseConstantDecay", dict(boundaries=[5], values=[0.3, 0.2])),
    ("piecewise_many", "PiecewiseConstantDecay", dict(boundaries=[1, 2, 3, 20], values=[0.5, 0.4, 0.3, 0.2, 0.1])),
    ("polynomial", "PolynomialDecay", dict(initial_learning_rate=0.1, decay_steps=10)),
    ("polynomial_power", "PolynomialDecay", dict(initial_learning_rate=0.1, decay_steps=10, end_learning_rate=0.01,
                                                 power=0.5)),
    ("polynomial_cycle", "PolynomialDecay", dict(initial_learning_rate=0.1, decay_steps=10, end_learning_rate=0.01,
                                                 power=2.0, cycle=True)),
    ("cosine", "CosineDecay", dict(initial_learning_rate=0.1, decay_steps=10)),
    ("cosine_alpha", "CosineDecay", dict(initial_learning_rate=0.1, decay_steps=15, alpha=0.2)),
    ("cosine_warmup", "CosineDecay", dict(initial_learning_rate=0.01, decay_steps=10, alpha=0.1, warmup_target=0.5,
                                          warmup_steps=5)),
    ("cosine_restarts", "CosineDecayRestarts", dict(initial_learning_rate=0.1, first_decay_steps=4)),
    ("cosine_restarts_same", "CosineDecayRestarts", dict(initial_learning_rate=0.1, first_decay_steps=4, t_mul=1.0,
                                                         m_mul=0.8)),
    ("cosine_restarts_all", "CosineDecayRestarts", dict(initial_learning_rate=0.1, first_decay_steps=3, t_mul=1.5,
                                                        m_mul=0.5, alpha=0.1)),
]


def build():
    family = Family("schedules")
    for name, class_name, config in ROWS:
        case = family.case(name, class_name, issue=3)
        schedule = getattr(schedules, class_name)(**config)
        case.set(config=config, keras_config=schedule.get_config())
        case.array("steps", np.array(AT, dtype="int32"))
        case.array("values", np.array([schedule(keras.ops.cast(step, "int32")) for step in AT], dtype="float32"))
    return [family]
