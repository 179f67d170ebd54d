"""Prints the table of a run of layers.sh: the best of all rounds of each peer, and Hornbill's time over TensorFlow's."""

import json
import sys

best = {}
for line in open(sys.argv[1]):
    if line.startswith("{"):
        row = json.loads(line)
        for field in ("forward_ms", "both_ms"):
            key = row["layer"], row["peer"], field
            best[key] = min(row[field], best.get(key, float("inf")))

print("milliseconds, best of all rounds; both: forward and the gradients for input and weights")
print(f"{'layer':26}{'Hornbill':>10}{'TensorFlow':>12}{'ratio':>8}{'both':>12}{'TensorFlow':>12}{'ratio':>8}")
for layer in dict.fromkeys(key[0] for key in best):
    line = f"{layer:26}"
    for field, width in (("forward_ms", 10), ("both_ms", 12)):
        ours, theirs = (best.get((layer, peer, field), float("nan")) for peer in ("hornbill", "tensorflow"))
        line += f"{ours:{width}.3f}{theirs:12.3f}{ours / theirs:8.2f}"
    print(line)
