"""A workload in raw JAX: one fixed batch, no metrics, no data loading; the optimizers with Keras's formulas and settings.

usage: jax_peer.py WORKLOAD FOLDER
"""

import sys
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from measuring import Data, median_ms, peak_memory, report, since_start

WORKLOAD, FOLDER = sys.argv[1:3]
rng = np.random.default_rng(0)


def weights(*shape):
    return jnp.array(rng.normal(size=shape) * 0.05, jnp.float32)


def dense(inputs, units):
    return [weights(inputs, units), jnp.zeros(units)]


def linear(p, x):
    return x @ p[0] + p[1]


def crossentropy(logits, labels):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), labels.reshape(-1, 1), 1))


# Optimizers: (parameter, gradient, slots, step) → parameter, slots.


def rmsprop(p, g, v, m, t):
    v = 0.9 * v + 0.1 * g * g
    return p - 1e-3 * g * jax.lax.rsqrt(v + 1e-7), v, m


def adam(p, g, v, m, t):
    m = m + (g - m) * 0.1
    v = v + (g * g - v) * 0.001
    rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return p - rate * m / (jnp.sqrt(v) + 1e-7), v, m


def momentum(p, g, v, m, t):
    m = 0.9 * m - 0.1 * g
    return p + m, v, m


# Workloads: (parameters, inputs) → outputs, and (outputs, targets) → loss.


def sine():
    def forward(p, x):
        return linear(p[2], jax.nn.sigmoid(linear(p[1], jax.nn.sigmoid(linear(p[0], x)))))

    return [dense(1, 32), dense(32, 32), dense(32, 1)], forward, lambda o, y: jnp.mean((o - y) ** 2), rmsprop


def tickets():
    def forward(p, *x):
        features = jax.nn.relu(linear(p[0], jnp.concatenate(x, 1)))
        return jax.nn.sigmoid(linear(p[1], features)), linear(p[2], features)

    def loss(o, priority, department):
        return jnp.mean((o[0] - priority) ** 2) - jnp.mean(jnp.sum(jax.nn.log_softmax(o[1]) * department, 1))

    return [dense(20100, 64), dense(64, 1), dense(64, 4)], forward, loss, rmsprop


def mlp():
    def forward(p, x):
        return linear(p[1], jax.nn.relu(linear(p[0], x)))

    return [dense(784, 512), dense(512, 10)], forward, crossentropy, rmsprop


def convolve(x, kernel, stride, padding):
    return jax.lax.conv_general_dilated(
        x, kernel, (stride, stride), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))


def cnn():
    def pool(x):
        return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    def forward(p, x):
        for number, (kernel, bias) in enumerate(p[:3]):
            x = jax.nn.relu(convolve(x, kernel, 1, "VALID") + bias)
            x = pool(x) if number < 2 else x
        return linear(p[3], x.reshape(len(x), -1))

    kernels = [[weights(3, 3, i, o), jnp.zeros(o)] for i, o in ((1, 32), (32, 64), (64, 128))]
    return kernels + [dense(1152, 10)], forward, crossentropy, adam


def resnet():
    # Moving statistics are left out: raw JAX does less here than Keras.
    def convolution(p, x, stride=1):
        kernel, gamma, beta = p
        x = convolve(x, kernel, stride, "SAME")
        mean, variance = jnp.mean(x, (0, 1, 2)), jnp.var(x, (0, 1, 2))
        return (x - mean) * jax.lax.rsqrt(variance + 1e-3) * gamma + beta

    def parameters(size, i, o):
        return [weights(size, size, i, o), jnp.ones(o), jnp.zeros(o)]

    stem, blocks, channels = parameters(3, 3, 16), [], 16
    for filters in (16, 16, 16, 32, 32, 32, 64, 64, 64):
        blocks.append([parameters(3, channels, filters), parameters(3, filters, filters)])
        if filters != channels:
            blocks[-1].append(parameters(1, channels, filters))
        channels = filters

    def forward(p, x):
        x = jax.nn.relu(convolution(p[0], x))
        for block in p[1]:
            stride = 2 if len(block) == 3 else 1
            y = convolution(block[1], jax.nn.relu(convolution(block[0], x, stride)))
            x = jax.nn.relu(y + (convolution(block[2], x, stride) if stride == 2 else x))
        return linear(p[2], jnp.mean(x, (1, 2)))

    return [stem, blocks, dense(64, 10)], forward, crossentropy, momentum


def transformer():
    def normalize(p, x):
        mean, variance = jnp.mean(x, -1, keepdims=True), jnp.var(x, -1, keepdims=True)
        return (x - mean) * jax.lax.rsqrt(variance + 1e-3) * p[0] + p[1]

    def forward(p, tokens):
        x = p[0][tokens]
        q, k, v = (linear(w, x).reshape(*x.shape[:2], 4, 16) for w in p[1:4])
        attended = jax.nn.dot_product_attention(q, k, v).reshape(x.shape)
        x = normalize(p[5], x + linear(p[4], attended))
        x = normalize(p[8], x + linear(p[7], jax.nn.relu(linear(p[6], x))))
        return linear(p[9], jnp.mean(x, 1))

    def loss(o, y):
        return jnp.mean(jnp.maximum(o, 0) - o * y + jnp.log1p(jnp.exp(-jnp.abs(o))))

    def scale():
        return [jnp.ones(64), jnp.zeros(64)]

    p = [weights(20000, 64)] + [dense(64, 64) for _ in range(4)]
    return p + [scale(), dense(64, 128), dense(128, 64), scale(), dense(64, 1)], forward, loss, adam


def lstm():
    def forward(p, x):
        projected = jnp.swapaxes(x @ p[0] + p[2], 0, 1)

        def step(carry, gates):
            h, c = carry
            i, f, g, o = jnp.split(gates + h @ p[1], 4, 1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

        zeros = jnp.zeros((len(x), 128))
        (h, _), _ = jax.lax.scan(step, (zeros, zeros), projected)
        return linear(p[3], h)

    p = [weights(32, 512), weights(128, 512), jnp.zeros(512), dense(128, 1)]
    return p, forward, lambda o, y: jnp.mean((o - y) ** 2), adam


data = Data(FOLDER, WORKLOAD)
inputs, targets = ([jnp.array(a) for a in arrays] for arrays in data.first())
parameters, forward, loss, update = globals()[WORKLOAD]()


@partial(jax.jit, donate_argnums=0)
def train(state, inputs, targets):
    parameters, v, m, t = state
    value, gradients = jax.value_and_grad(lambda p: loss(forward(p, *inputs), *targets))(parameters)
    leaves, tree = jax.tree.flatten(parameters)
    updated = [
        update(*values, t) for values in zip(leaves, *(jax.tree.leaves(other) for other in (gradients, v, m)))]
    return (*(jax.tree.unflatten(tree, part) for part in zip(*updated)), t + 1), value


predict = jax.jit(lambda parameters, inputs: forward(parameters, *inputs))
zeros = jax.tree.map(jnp.zeros_like, parameters)
state = (parameters, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(1))
state, value = train(state, inputs, targets)
value.block_until_ready()
first_step = since_start()


def steps(count):
    """Not waited for one by one: as fast as JAX goes."""
    global state
    for _ in range(count):
        state, value = train(state, inputs, targets)
    value.block_until_ready()


def predictions(count):
    for _ in range(count):
        result = predict(state[0], inputs)
    jax.block_until_ready(result)


def several(run):
    """How many runs last about 50 ms; it warms up."""
    run(3)
    return max(1, round(50 / median_ms(lambda: run(1), duration=0.2)))


count = several(steps)
train_ms = median_ms(lambda: steps(count), count)
count = several(predictions)
predict_ms = median_ms(lambda: predictions(count), count)
report(
    "jax", WORKLOAD, train_ms=train_ms, predict_ms=predict_ms, first_step_s=first_step, peak_bytes=peak_memory(),
    data_bytes=data.bytes)
