"""Runs the workloads in Hornbill and its peers, alternating, checks that losses agree, and prints one table.

usage: compare.py TRAININGSTEPS RESULTS.json; needs only Python's library. Variables: ROUNDS (3), WORKLOADS, PEERS.
"""

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
PROGRAM, RESULTS = sys.argv[1:3]
ROUNDS = int(os.environ.get("ROUNDS") or 3)
WORKLOADS = ("sine", "tickets", "mlp", "cnn", "resnet", "transformer", "lstm")
NAMES = {
    "hornbill": "Hornbill", "keras_tensorflow": "Keras·TF", "keras_jax": "Keras·JAX", "jax": "JAX", "torch": "PyTorch"}
KERAS = ("keras_tensorflow", "keras_jax")
# Workloads of which Hornbill has a variant in half precision.
HALF = {"resnet": "resnet_mixed_bfloat16", "transformer": "transformer_mixed_bfloat16"}
# Epochs after which losses are compared, and how far they may be apart: rounding grows with the steps, most where the
# steps are large (ResNet's learning rate is 0.1, so that it gets one epoch).
PARITY = {"sine": (20, 1e-3), "resnet": (1, 1e-3)}
USUAL_PARITY = (2, 1e-3)
# On TensorFlow Keras goes back from a softmax to its logits and takes the loss from these, elsewhere from probabilities that it
# cuts off at 1e-7. Where a model is as sure of itself as this one, these are two losses; ours is that of JAX.
OTHER_LOSS = {("tickets", "keras_tensorflow")}


def command(peer, workload, folder):
    if peer == "hornbill":
        return [PROGRAM, "--data", folder, workload]
    if peer in KERAS:
        return [sys.executable, HERE / "keras_peer.py", peer.removeprefix("keras_"), workload, folder]
    return [sys.executable, HERE / f"{peer}_peer.py", workload, folder]


def losses_command(peer, workload, folder, epochs):
    if peer == "hornbill":
        return [PROGRAM, "--losses", str(epochs), folder, workload]
    return command(peer, workload, folder) + [str(epochs)]


def run(arguments):
    """The JSON that a process prints; None if it failed."""
    environment = dict(os.environ, HORNBILL_BENCH_STARTED=str(time.clock_gettime(time.CLOCK_MONOTONIC)))
    result = subprocess.run(
        list(map(str, arguments)), env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    if result.returncode or not lines:
        print(f"failed: {' '.join(map(str, arguments))}\n{result.stderr[-2000:]}", file=sys.stderr)
        return None
    return json.loads(lines[-1])


def importable(module):
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True).returncode == 0


def chosen_peers():
    peers = (os.environ.get("PEERS") or "keras_tensorflow keras_jax jax torch").split()
    if "torch" in peers and (os.environ.get("HORNBILL_BENCH_TORCH") == "0" or not importable("torch")):
        print("PyTorch is left out: it is not wanted (HORNBILL_BENCH_TORCH=0) or not installed.")
        peers.remove("torch")
    return ["hornbill", *peers]


def difference(ours, theirs):
    """The largest relative difference of two curves."""
    return max(abs(a - b) / max(abs(b), 1e-6) for a, b in zip(ours, theirs, strict=True))


def check_parity(workloads, peers, folder):
    """Whether Hornbill's losses are each Keras peer's, from the same weights over the same batches."""
    agree = True
    for workload in workloads:
        epochs, tolerance = PARITY.get(workload, USUAL_PARITY)
        ours = run(losses_command("hornbill", workload, folder, epochs))
        for peer in (peer for peer in peers if peer in KERAS and (workload, peer) not in OTHER_LOSS):
            theirs = run(losses_command(peer, workload, folder, epochs))
            apart = difference(ours["losses"], theirs["losses"]) if ours and theirs else math.inf
            agree &= apart <= tolerance
            verdict = "agree" if apart <= tolerance else "DIFFER"
            print(f"losses of {workload} over {epochs} epochs {verdict} with {NAMES[peer]}: {apart:.1e} apart", flush=True)
    return agree


def measure(workloads, peers, folder):
    """All figures: {workload: {peer: {figure: [one a round]}}}."""
    figures = {}
    for number in range(ROUNDS):
        for workload in workloads:
            jobs = [(peer, workload) for peer in peers]
            if workload in HALF:
                jobs.insert(1, ("hornbill", HALF[workload]))
            # Whoever runs first finds a cooler machine: in turn.
            for peer, name in jobs if number % 2 == 0 else reversed(jobs):
                print(f"round {number + 1} of {ROUNDS}: {name} in {NAMES[peer]}", file=sys.stderr, flush=True)
                row = run(command(peer, name, folder))
                for figure, value in (row or {}).items():
                    if isinstance(value, (int, float)):
                        figures.setdefault(name, {}).setdefault(peer, {}).setdefault(figure, []).append(value)
                if row and "peak_bytes" in row:
                    beyond = (row["peak_bytes"] - row["data_bytes"]) / 1e6
                    figures[name][peer].setdefault("memory_mb", []).append(beyond)
    return figures


class Table:
    """Medians, and ratios of the best of some peers to Hornbill."""

    ROWS = {
        "train_ms": ("train, ms a step", ("keras_tensorflow", "keras_jax", "jax", "torch")),
        "predict_ms": ("predict, ms a step", KERAS),
        "first_step_s": ("to the first step, s", KERAS[:1]),
        "memory_mb": ("memory beyond data, MB", KERAS),
        "row_ms": ("one row, ms", KERAS),
    }

    def __init__(self, figures, peers):
        self.figures, self.peers = figures, peers

    def median(self, workload, peer, figure):
        values = self.figures.get(workload, {}).get(peer, {}).get(figure)
        return statistics.median(values) if values else None

    def ratio(self, workload, figure):
        """How many times Hornbill's figure the best peer's is; None where something is missing."""
        ours = self.median(workload, "hornbill", figure)
        theirs = [self.median(workload, peer, figure) for peer in self.ROWS[figure][1]]
        theirs = [value for value in theirs if value is not None]
        return min(theirs) / ours if ours and theirs else None

    def half(self, workload):
        """How many times faster a workload is in bfloat16."""
        ours, half = (self.median(name, "hornbill", "train_ms") for name in (workload, HALF[workload]))
        return ours / half if ours and half else None

    def print(self):
        print(f"\nMedians of {ROUNDS} rounds. Ratio: the best peer's figure (for training any peer's, else Keras's; to the")
        print("first step Keras·TF's) over Hornbill's. Raw JAX and PyTorch do less: one fixed batch, no metrics.\n")
        print("| workload | | " + " | ".join(NAMES[peer] for peer in self.peers) + " | ratio |")
        print("|---|---|" + "---:|" * (len(self.peers) + 1))
        for workload in (name for name in WORKLOADS if name in self.figures):
            for figure, (title, _) in self.ROWS.items():
                if self.median(workload, "hornbill", figure) is None:
                    continue
                ratio = self.ratio(workload, figure)
                cells = [digits(self.median(workload, peer, figure)) for peer in self.peers]
                cells.append("–" if ratio is None else f"{ratio:.2f}")
                name = workload if figure == "train_ms" else ""
                print(f"| {name} | {title} | " + " | ".join(cells) + " |")
            if workload in HALF and self.half(workload):
                half = digits(self.median(HALF[workload], "hornbill", "train_ms"))
                print(f"| | train in bfloat16 | {half} |" + " |" * (len(self.peers) - 1) + f" {self.half(workload):.2f} |")


def digits(value):
    return "–" if value is None else f"{value:.4f}" if value < 0.1 else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def mean(ratios):
    """The geometric mean; None unless all are there."""
    return None if not ratios or None in ratios else math.exp(statistics.fmean(map(math.log, ratios)))


def goals(table, curves):
    """(goal, what was measured, what is asked for at least) for those that these rounds can tell."""
    there = [workload for workload in WORKLOADS if workload in table.figures]
    train = {workload: table.ratio(workload, "train_ms") for workload in there}
    rows = [("slowest of all against the best peer", min(train.values(), default=None), 1.0)]
    rows += [(f"{name} against the best peer", train[name], 2.0)
             for name in ("sine", "tickets", "transformer", "cnn") if name in train]
    rows.append(("training, geometric mean", mean(list(train.values())), 1.9))
    for title, figure, least in (
        ("predict, geometric mean, against Keras", "predict_ms", 3.0),
        ("first step, the least, against Keras·TF", "first_step_s", 20.0),
        ("memory, the least, against the leanest Keras", "memory_mb", 2.0)):
        ratios = [table.ratio(workload, figure) for workload in there]
        value = mean(ratios)
        rows.append((title, min(ratios) if value and "mean" not in title else value, least))
    rows += [(f"{name} in bfloat16 against float32", table.half(name), 1.5) for name in HALF if name in train]
    # The other way round: the share that the losses may be apart.
    rows += [(f"{name}: loss in bfloat16 after 200 steps, within 2 %", 0.02 / max(apart, 1e-9), 1.0)
             for name, apart in curves.items()]
    return rows


def half_curves(workloads, folder):
    """How far apart the losses of bfloat16 and float32 are in the epoch that ends after 200 steps."""
    apart = {}
    for workload in (name for name in workloads if name in HALF):
        steps = {"resnet": 10, "transformer": 40}[workload]
        curves = [run(losses_command("hornbill", name, folder, 200 // steps)) for name in (workload, HALF[workload])]
        if all(curves):
            full, half = (curve["losses"][-1] for curve in curves)
            apart[workload] = abs(half - full) / abs(full)
            print(f"loss of {workload} after 200 steps: {full:.4f} in float32, {half:.4f} in bfloat16", flush=True)
    return apart


def main():
    workloads = (os.environ.get("WORKLOADS") or " ".join(WORKLOADS)).split()
    if unknown := set(workloads) - set(WORKLOADS):
        sys.exit(f"no workload {' '.join(unknown)}; there are: {' '.join(WORKLOADS)}")
    if os.getloadavg()[0] > 0.5:
        print(f"The machine is not quiet (load {os.getloadavg()[0]:.1f}): take the ratios, not the times.")
    peers = chosen_peers()
    with tempfile.TemporaryDirectory(prefix="hornbill-bench-") as folder:
        subprocess.run([PROGRAM, "--export", folder, *workloads], check=True)
        agree = check_parity(workloads, peers, folder)
        curves = half_curves(workloads, folder)
        figures = measure(workloads, peers, folder)
    table = Table(figures, peers)
    table.print()
    print("\n| goal | measured | asked | |\n|---|---:|---:|---|")
    verdicts = []
    for title, value, least in goals(table, curves):
        verdict = "–" if value is None else "met" if value >= least else "not met"
        verdicts.append({"goal": title, "measured": value, "asked": least, "verdict": verdict})
        print(f"| {title} | {'–' if value is None else f'{value:.2f}'} | {least:.2f} | {verdict} |")
    Path(RESULTS).write_text(json.dumps({"rounds": ROUNDS, "figures": figures, "goals": verdicts}, indent=1) + "\n")
    if not agree:
        sys.exit("The losses differ: what is fast here does not compute the same.")


main()
