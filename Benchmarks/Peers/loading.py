"""Loading a large .keras file in Python Keras on JAX.

    loading.py make FILE     writes a model of 512 MiB of weights
    loading.py load FILE     loads it once: prints seconds, the process's peak memory, and parameters
    loading.py table FILE    the medians of the lines of a file, and what they were asked to be
"""

import os
import statistics
import sys
import time


def main(mode, path):
    if mode == "table":
        return table(path, int(sys.argv[3]))
    os.environ["KERAS_BACKEND"] = "jax"
    import keras

    if mode == "make":
        model = keras.Sequential([keras.Input((4096,))] + [keras.layers.Dense(4096, use_bias=False) for _ in range(8)])
        model.save(path)
        return
    start = time.perf_counter()
    model = keras.models.load_model(path)
    seconds = time.perf_counter() - start
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    print("keras", seconds, peak, model.count_params())


def table(path, size):
    runs = {}
    with open(path) as lines:
        for line in lines:
            who, seconds, peak, params = line.split()
            runs.setdefault(who, []).append((float(seconds), int(peak), int(params)))
    assert len({run[2] for list in runs.values() for run in list}) == 1, "not the same model"
    print(f"| a file of {size / 2**20:.0f} MiB | seconds | peak memory, times the file |\n|---|---|---|")
    medians = {who: [statistics.median(column) for column in zip(*list)] for who, list in runs.items()}
    for who, (seconds, peak, _) in medians.items():
        print(f"| {who} | {seconds:.2f} | {peak / size:.2f} |")
    print(f"| times faster (3 asked) | {medians['keras'][0] / medians['hornbill'][0]:.1f} | |")


main(sys.argv[1], sys.argv[2])
