#!/usr/bin/env bash
# Times the workloads in Hornbill and in its peers, and prints one table; results.json has all figures.
# usage: [ROUNDS=3] [WORKLOADS="sine mlp"] [PEERS="keras_jax jax"] Benchmarks/run.sh
# PYTHON is one that has the peers; without it they go to .venv. HORNBILL_BENCH_TORCH=0 leaves PyTorch out (5 GB).
set -euo pipefail
cd "$(dirname "$0")"

if [[ -z ${PYTHON:-} ]]; then
    PYTHON=.venv/bin/python
    if [[ ! -x $PYTHON ]]; then
        python3 -m venv .venv
    fi
    if ! cmp -s Peers/requirements.txt .venv/installed.txt; then
        .venv/bin/pip install --quiet --disable-pip-version-check -r Peers/requirements.txt
        cp Peers/requirements.txt .venv/installed.txt
    fi
    # PyPI's wheel brings CUDA's libraries, which nothing here uses.
    if [[ ${HORNBILL_BENCH_TORCH:-1} != 0 ]] && ! "$PYTHON" -c 'import torch' 2>/dev/null; then
        if (($(df --output=avail -k . | tail -1) > 12 * 1024 * 1024)); then
            .venv/bin/pip install --quiet --disable-pip-version-check torch
        else
            echo "Less than 12 GB of disk are free: PyTorch is left out."
        fi
    fi
fi
swift build -c release --scratch-path ../.build --quiet --product TrainingSteps
program=$(swift build -c release --scratch-path ../.build --show-bin-path)/TrainingSteps
exec "$PYTHON" Peers/compare.py "$program" results.json
