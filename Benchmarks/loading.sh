#!/usr/bin/env bash
# Times how a .keras file of 512 MiB is loaded, beside Python Keras on JAX, alternating, with each one's peak memory.
# usage: Benchmarks/loading.sh [ROUNDS]; PYTHON is one that has keras and jax.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-3}
python=${PYTHON:-$(../Scripts/venv.sh)}

swift build -c release --scratch-path ../.build --quiet --product Loading
program=$(swift build -c release --scratch-path ../.build --show-bin-path)/Loading
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
file=$folder/large.keras
"$python" Peers/loading.py make "$file"
for ((round = 0; round < rounds; round++)); do
    "$program" "$file" >>"$folder/results"
    "$python" Peers/loading.py load "$file" >>"$folder/results"
done
"$python" Peers/loading.py table "$folder/results" "$(stat -c %s "$file")"
