"""Every optimizer with every rule around its update: decay (with exclusions), the three ways to clip, averages that
overwrite, accumulated gradients, a schedule as the learning rate."""

from keras.optimizers import schedules

from golden import Family
from optimizers import row, run

CLASSES = {"SGD": {}, "RMSprop": {}, "Adam": {}, "AdamW": {}, "Adagrad": {}, "Adadelta": {}, "Adamax": {}, "Nadam": {},
           "Ftrl": {}, "Lion": {}, "Lamb": {}, "Adafactor": dict(relative_step=False), "Muon": {},
           "ScheduleFreeAdamW": {}}


def rows(class_name, config):
    short = class_name.lower()
    rate = dict(learning_rate=0.05, **config)
    yield row(f"{short}_decay_clipnorm", class_name, issue=3, exclude=["bias"], weight_decay=0.1, clipnorm=0.5, **rate)
    yield row(f"{short}_decay_without_variables", class_name, issue=3, exclude_variables=[0, 3], weight_decay=0.2,
              clipvalue=0.3, **rate)
    yield row(f"{short}_ema_overwrite", class_name, issue=3, use_ema=True, ema_momentum=0.6, ema_overwrite_frequency=2,
              **rate)
    yield row(f"{short}_accumulation_global_clipnorm", class_name, issue=3, gradient_accumulation_steps=2,
              global_clipnorm=0.7, **rate)
    yield row(f"{short}_schedule", class_name, issue=3,
              learning_rate=schedules.ExponentialDecay(0.1, 2, 0.5), **config)


ROWS = [spec for class_name, config in CLASSES.items() for spec in rows(class_name, config)]


def build():
    family = Family("optimizer_rules")
    for spec in ROWS:
        run(family, spec)
    return [family]
