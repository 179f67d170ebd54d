#!/usr/bin/env bash
# Times the workloads in Hornbill and in raw JAX, alternating, and prints one table with the ratios.
# usage: Benchmarks/run.sh [ROUNDS] [WORKLOAD …]
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-3}
shift || true

if [[ ! -x .venv/bin/python ]]; then
    python3 -m venv .venv
    .venv/bin/pip install --quiet jax numpy
fi
swift build -c release --scratch-path ../.build --quiet
program=$(swift build -c release --scratch-path ../.build --show-bin-path)/TrainingSteps
results=$(mktemp)
trap 'rm -f "$results"' EXIT
for ((round = 0; round < rounds; round++)); do
    for workload in "${@:-sine}" $([[ $# -eq 0 ]] && echo tickets mlp); do
        "$program" "$workload" >>"$results"
        .venv/bin/python Peers/jax_raw.py "$workload" >>"$results"
    done
done
.venv/bin/python Peers/table.py "$results"
