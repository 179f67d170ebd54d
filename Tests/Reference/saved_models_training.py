"""Saved models: one a way of training, which are optimizers, schedules, losses and metrics."""

from keras import Input, Sequential, losses, metrics, optimizers
from keras.layers import Dense

from saved_model_rows import model

# Optimizers, losses, metrics


def small():
    return Sequential([Input((4,)), Dense(5, activation="tanh"), Dense(2)])


def optimizer_models():
    o = optimizers
    rules = {
        "adadelta": lambda: o.Adadelta(0.5), "adafactor": lambda: o.Adafactor(0.01),
        "adagrad": lambda: o.Adagrad(0.1, initial_accumulator_value=0.2), "adam_amsgrad": lambda: o.Adam(amsgrad=True),
        "adamw_decay": lambda: o.AdamW(0.01, weight_decay=0.1), "ftrl": lambda: o.Ftrl(0.1, l1_regularization_strength=0.01),
        "lamb": lambda: o.Lamb(0.01), "lion": lambda: o.Lion(0.001), "muon": lambda: o.Muon(0.01),
        "nadam_options": lambda: o.Nadam(0.01, beta_1=0.8),
        "rmsprop_centered": lambda: o.RMSprop(0.01, momentum=0.5, centered=True),
        "sgd_ema": lambda: o.SGD(0.1, momentum=0.9, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=2),
        "adam_accumulation": lambda: o.Adam(0.01, gradient_accumulation_steps=2),
        "adamax_clipped": lambda: o.Adamax(0.01, clipvalue=0.1), "sgd_global_clipnorm": lambda: o.SGD(global_clipnorm=0.5),
        "schedule_exponential": lambda: o.SGD(o.schedules.ExponentialDecay(0.1, 2, 0.9, staircase=True)),
        "schedule_cosine": lambda: o.Adam(o.schedules.CosineDecay(0.01, 5, alpha=0.1, warmup_target=0.02, warmup_steps=2)),
        "schedule_piecewise": lambda: o.SGD(o.schedules.PiecewiseConstantDecay([2, 4], [0.1, 0.05, 0.01])),
        "loss_scale": lambda: o.LossScaleOptimizer(o.Adam(0.01), initial_scale=8.0, dynamic_growth_steps=2),
    }
    for name, rule in rules.items():
        def build():
            return small()
        build.__name__ = f"optimizer_{name}"
        model(rule, "mse", trained=True)(build)


optimizer_models()


@model("adam", lambda: losses.LogCosh(), metrics=[lambda: metrics.RootMeanSquaredError(), lambda: metrics.R2Score()],
       weighted_metrics=["mae"])
def objects_as_losses():
    return small()


@model("adam", lambda: losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1), y="one_hot:3",
       metrics=[lambda: metrics.TopKCategoricalAccuracy(k=2), lambda: metrics.Precision(thresholds=0.4), "categorical_accuracy"])
def smoothed_labels():
    return Sequential([Input((4,)), Dense(3)])


@model(None)
def not_compiled():
    return Sequential([Input((4,)), Dense(3, activation="relu"), Dense(1)])


# Half precision rounds in other places here and there, so that trainings drift apart.
@model(None)
def mixed_precision():
    return Sequential([Input((6,)), Dense(8, activation="relu", dtype="mixed_bfloat16"), Dense(1)])


# Optimizers that keep others, or weights of their own


@model(lambda: optimizers.ScheduleFreeAdamW(0.05, warmup_steps=3), trained=True)
def optimizer_schedule_free():
    return small()


@model(lambda: optimizers.MultiOptimizer(
    optimizers.OptimizerMap(optimizers.Adam(0.01), {"bias": optimizers.SGD(0.1, momentum=0.9)})), trained=True)
def optimizer_multi():
    return small()
