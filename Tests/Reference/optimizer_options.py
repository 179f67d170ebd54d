"""Issue 3's rows of optimizers: the other classes, and the options that every optimizer has."""

from keras.optimizers import schedules

from golden import Family
from optimizers import row, run

OPTIONS = [
    ("weight_decay", dict(weight_decay=0.1)),
    ("clipnorm", dict(clipnorm=0.5)),
    ("clipvalue", dict(clipvalue=0.3)),
    ("global_clipnorm", dict(global_clipnorm=0.7)),
    ("ema", dict(use_ema=True, ema_momentum=0.8)),
    ("ema_overwrite", dict(use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2)),
    ("accumulation", dict(gradient_accumulation_steps=2)),
    ("everything", dict(weight_decay=0.05, global_clipnorm=1.0, use_ema=True, ema_momentum=0.9,
                        gradient_accumulation_steps=2)),
]

ROWS = [
    row(f"{class_name.lower()}_{name}", class_name, issue=3, learning_rate=rate, **options)
    for class_name, rate in (("SGD", 0.1), ("Adam", 0.05)) for name, options in OPTIONS
] + [
    row("sgd_excluded_decay", "SGD", issue=3, exclude=["bias", "scale"], learning_rate=0.1, weight_decay=0.1),
    row("sgd_momentum_accumulation", "SGD", issue=3, learning_rate=0.1, momentum=0.9, nesterov=True,
        gradient_accumulation_steps=3),
    row("rmsprop_weight_decay", "RMSprop", issue=3, learning_rate=0.01, weight_decay=0.1),
    row("adagrad_clipnorm", "Adagrad", issue=3, learning_rate=0.1, clipnorm=0.5),
    row("sgd_loss_scale", "SGD", issue=3, learning_rate=0.1, loss_scale_factor=8.0),
    row("sgd_exponential_decay", "SGD", issue=3, learning_rate=schedules.ExponentialDecay(0.5, 2, 0.5)),
    row("adam_cosine_warmup", "Adam", issue=3,
        learning_rate=schedules.CosineDecay(0.01, 3, alpha=0.1, warmup_target=0.1, warmup_steps=2)),
    row("sgd_piecewise", "SGD", issue=3, learning_rate=schedules.PiecewiseConstantDecay([1, 3], [0.5, 0.2, 0.1])),
    row("sgd_schedule_accumulation", "SGD", issue=3, learning_rate=schedules.ExponentialDecay(0.5, 1, 0.5),
        gradient_accumulation_steps=2),
    row("adamw", "AdamW", issue=3),
    row("adamw_decay", "AdamW", issue=3, learning_rate=0.1, weight_decay=0.05),
    row("adamw_amsgrad_excluded", "AdamW", issue=3, exclude=["bias"], learning_rate=0.1, weight_decay=0.05,
        amsgrad=True),
    row("adadelta", "Adadelta", issue=3),
    row("adadelta_rate", "Adadelta", issue=3, learning_rate=1.0, rho=0.8),
    row("adadelta_epsilon", "Adadelta", issue=3, learning_rate=1.0, epsilon=1e-3),
    row("adamax", "Adamax", issue=3),
    row("adamax_betas", "Adamax", issue=3, learning_rate=0.1, beta_1=0.5, beta_2=0.8),
    row("adamax_epsilon", "Adamax", issue=3, learning_rate=0.1, epsilon=0.1),
    row("nadam", "Nadam", issue=3),
    row("nadam_betas", "Nadam", issue=3, learning_rate=0.1, beta_1=0.5, beta_2=0.8),
    row("nadam_decay", "Nadam", issue=3, learning_rate=0.1, weight_decay=0.05),
    row("ftrl", "Ftrl", issue=3),
    row("ftrl_l1_l2", "Ftrl", issue=3, learning_rate=0.1, l1_regularization_strength=0.1,
        l2_regularization_strength=0.2),
    row("ftrl_all", "Ftrl", issue=3, learning_rate=0.1, learning_rate_power=-0.3, initial_accumulator_value=0.5,
        l2_shrinkage_regularization_strength=0.1, beta=0.2),
    row("lion", "Lion", issue=3),
    row("lion_betas", "Lion", issue=3, learning_rate=0.1, beta_1=0.5, beta_2=0.8),
    row("lion_decay", "Lion", issue=3, learning_rate=0.1, weight_decay=0.05),
    row("lamb", "Lamb", issue=3),
    row("lamb_betas", "Lamb", issue=3, learning_rate=0.1, beta_1=0.5, beta_2=0.8),
    row("lamb_decay", "Lamb", issue=3, learning_rate=0.1, weight_decay=0.05),
    row("adafactor", "Adafactor", issue=3),
    row("adafactor_rate", "Adafactor", issue=3, learning_rate=0.1, relative_step=False),
    row("adafactor_all", "Adafactor", issue=3, learning_rate=0.1, beta_2_decay=-0.5, epsilon_2=1e-2,
        clip_threshold=0.5),
    row("muon", "Muon", issue=3),
    row("muon_momentum", "Muon", issue=3, learning_rate=0.1, momentum=0.5, nesterov=False, weight_decay=0.0),
    row("muon_steps", "Muon", issue=3, learning_rate=0.1, ns_steps=2, adam_lr_ratio=0.5, rms_rate=None),
    row("schedule_free_adamw", "ScheduleFreeAdamW", issue=3),
    row("schedule_free_adamw_warmup", "ScheduleFreeAdamW", issue=3, learning_rate=0.1, warmup_steps=3),
    row("schedule_free_adamw_decay", "ScheduleFreeAdamW", issue=3, learning_rate=0.1, beta_1=0.8,
        weight_decay=0.05),
]


def build():
    family = Family("optimizer_options")
    for spec in ROWS:
        run(family, spec)
    return [family]
