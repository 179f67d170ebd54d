"""The workloads in raw JAX: one fixed batch, no metrics, no data loading; RMSprop as Keras's.

usage: jax_raw.py [WORKLOAD ...]; prints a JSON line for each.
"""

import json
import sys
import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

rng = np.random.default_rng(0)


def dense(inputs, units):
    return [jnp.array(rng.normal(size=(inputs, units)) * 0.05, jnp.float32), jnp.zeros((units,))]


def data(*shape):
    return jnp.array(rng.random(shape, dtype=np.float32))


def rmsprop_step(loss):
    @partial(jax.jit, donate_argnums=(0, 1))
    def step(parameters, velocities, *batch):
        value, gradients = jax.value_and_grad(loss)(parameters, *batch)
        velocities = jax.tree.map(lambda v, g: 0.9 * v + 0.1 * g * g, velocities, gradients)
        parameters = jax.tree.map(
            lambda p, g, v: p - 1e-3 * g * jax.lax.rsqrt(v + 1e-7), parameters, gradients, velocities)
        return parameters, velocities, value

    return step


def sine():
    def loss(p, x, y):
        hidden = jax.nn.sigmoid(jax.nn.sigmoid(x @ p[0][0] + p[0][1]) @ p[1][0] + p[1][1])
        return jnp.mean((hidden @ p[2][0] + p[2][1] - y) ** 2)

    return [dense(1, 32), dense(32, 32), dense(32, 1)], loss, (data(32, 1), data(32, 1)), 2000


def tickets():
    def loss(p, title, body, tags, priority, department):
        features = jax.nn.relu(jnp.concatenate([title, body, tags], 1) @ p[0][0] + p[0][1])
        urgency = jax.nn.sigmoid(features @ p[1][0] + p[1][1])
        logits = jax.nn.log_softmax(features @ p[2][0] + p[2][1])
        return jnp.mean((urgency - priority) ** 2) - jnp.mean(jnp.sum(logits * department, 1))

    departments = jax.nn.one_hot(rng.integers(0, 4, 32), 4)
    batch = (data(32, 10000), data(32, 10000), data(32, 100), data(32, 1), departments)
    return [dense(20100, 64), dense(64, 1), dense(64, 4)], loss, batch, 50


def mlp():
    def loss(p, x, y):
        logits = jax.nn.log_softmax(jax.nn.relu(x @ p[0][0] + p[0][1]) @ p[1][0] + p[1][1])
        return -jnp.mean(jnp.take_along_axis(logits, y, 1))

    labels = jnp.array(rng.integers(0, 10, (128, 1)))
    return [dense(784, 512), dense(512, 10)], loss, (data(128, 784), labels), 200


for make in (sine, tickets, mlp):
    if sys.argv[1:] and make.__name__ not in sys.argv[1:]:
        continue
    parameters, loss, batch, count = make()
    step = rmsprop_step(loss)
    state = [parameters, jax.tree.map(jnp.zeros_like, parameters)]

    def run(steps):
        for _ in range(steps):
            state[0], state[1], value = step(state[0], state[1], *batch)
        value.block_until_ready()

    run(3)
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        run(count)
        best = min(best, (time.perf_counter() - start) / count)
    print(json.dumps({"peer": "jax", "workload": make.__name__, "train_ms": best * 1e3}), flush=True)
