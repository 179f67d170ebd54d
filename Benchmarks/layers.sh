#!/usr/bin/env bash
# Times layers alone in Hornbill and in TensorFlow, alternating, and prints one table with the ratios.
# usage: Benchmarks/layers.sh [ROUNDS] [NAME …]; PYTHON is one that has keras and tensorflow.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-3}
shift || true
python=${PYTHON:-.venv-tensorflow/bin/python}

if [[ ! -x $python ]]; then
    python3 -m venv .venv-tensorflow
    .venv-tensorflow/bin/pip install --quiet tensorflow-cpu keras==3.15.1
fi
swift build -c release --scratch-path ../.build --quiet --product LayerTimings
program=$(swift build -c release --scratch-path ../.build --show-bin-path)/LayerTimings
results=$(mktemp)
trap 'rm -f "$results"' EXIT
for ((round = 0; round < rounds; round++)); do
    "$program" "$@" >>"$results"
    "$python" Peers/tf_layers.py "$@" >>"$results"
done
"$python" Peers/layer_table.py "$results"
