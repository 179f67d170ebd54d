"""Writes the golden data: `python generate.py [family module ...]`, all of them by default. See README.md."""

import glob
import importlib
import os
import sys
import time

sys.dont_write_bytecode = True

import golden  # noqa: F401  chooses the backend before anything imports Keras

MODULES = ["names", "layers", "activations", "initializers", "losses", "ctc", "metrics", "functions", "optimizers",
           "optimizer_options", "optimizer_rules", "optimizer_wrappers", "schedules", "constraints", "models", "combinations",
           "summaries", "callbacks", "checkpoints", "drawings", "tensorboard_events"]
# One module a family of layers.
MODULES += sorted(os.path.basename(path)[:-3]
                  for path in glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers_*.py")))


def main():
    total = 0
    for module in sys.argv[1:] or MODULES:
        start = time.monotonic()
        for family in importlib.import_module(module).build():
            count = family.write()
            total += count if family.name != "names" else 0
            print(f"{family.name:20} {count:4}  {time.monotonic() - start:5.1f} s", flush=True)
    size = sum(os.path.getsize(os.path.join(folder, file))
               for folder, _, files in os.walk(golden.ROOT) for file in files)
    print(f"{total} cases; Golden holds {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
