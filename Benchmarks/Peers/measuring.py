"""What all peers share: the data that Hornbill wrote, the clock, and the line of JSON at the end.

Times are wall clock; memory is the process's peak so far (VmHWM), in bytes.
"""

import json
import os
import statistics
import time

import numpy as np

# Samples a step.
BATCH = {"sine": 32, "tickets": 32, "mlp": 128, "cnn": 64, "resnet": 128, "transformer": 32, "lstm": 32}
# Seconds that one timing lasts, and the least number of times that are measured within.
DURATION, LEAST = 1.5, 3


class Data:
    """Inputs x and targets y of a workload, lists of arrays."""

    def __init__(self, folder, workload):
        with np.load(f"{folder}/{workload}.npz") as arrays:
            self.x = [arrays[name] for name in sorted(arrays.files) if name.startswith("x")]
            self.y = [arrays[name] for name in sorted(arrays.files) if name.startswith("y")]
        self.batch = BATCH[workload]
        self.bytes = sum(array.nbytes for array in self.x + self.y)

    @property
    def steps(self):
        """Steps an epoch."""
        return -(-len(self.x[0]) // self.batch)

    def first(self):
        """The first batch: its inputs and its targets."""
        return [a[: self.batch] for a in self.x], [a[: self.batch] for a in self.y]


def since_start():
    """Seconds since the process was started, by the clock of who started it."""
    started = os.environ.get("HORNBILL_BENCH_STARTED")
    return time.clock_gettime(time.CLOCK_MONOTONIC) - float(started) if started else float("nan")


def peak_memory():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def median_ms(run, inner=1, duration=DURATION):
    """The median time of run() in milliseconds, over `inner`; it is warm already."""
    times, total = [], 0.0
    while total < duration or len(times) < LEAST:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
        total += times[-1]
    return statistics.median(times) * 1e3 / inner


def report(peer, workload, **figures):
    print(json.dumps({"peer": peer, "workload": workload, **figures}), flush=True)
