"""Prints the table of a benchmark run: the best of all rounds for each peer and workload, and Hornbill's ratio."""

import collections
import json
import sys

best = collections.defaultdict(dict)
for line in open(sys.argv[1]):
    if not line.startswith("{"):
        continue
    row = json.loads(line)
    key = (row["workload"], row["peer"])
    for field, value in row.items():
        if isinstance(value, (int, float)):
            best[key][field] = min(value, best[key].get(field, value))

print("milliseconds a training step, best of all rounds")
print(f"{'workload':12}{'Hornbill':>12}{'raw JAX':>12}{'ratio':>10}{'predict':>12}")
for workload in dict.fromkeys(workload for workload, _ in best):
    ours, jax = best[workload, "hornbill"], best[workload, "jax"]
    ratio = ours["train_ms"] / jax["train_ms"]
    print(f"{workload:12}{ours['train_ms']:12.4f}{jax['train_ms']:12.4f}{ratio:10.2f}{ours['predict_ms']:12.4f}")
