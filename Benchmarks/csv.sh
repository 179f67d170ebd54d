#!/usr/bin/env bash
# Times how a CSV file of 200 MB of numbers is read, beside plain reading, pandas and pyarrow, alternating.
# usage: Benchmarks/csv.sh [ROUNDS]; PYTHON is one that has numpy, pandas and pyarrow.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-3}
python=${PYTHON:?a Python with numpy, pandas and pyarrow}

swift build -c release --scratch-path ../.build --quiet --product CSV
program=$(swift build -c release --scratch-path ../.build --show-bin-path)/CSV
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
file=$folder/numbers.csv
"$python" Peers/tables.py make "$file" 200
for ((round = 0; round < rounds; round++)); do
    taskset -c 0 "$program" "$file" >>"$folder/results"
    taskset -c 0 "$python" Peers/tables.py read "$file" >>"$folder/results"
done
"$python" Peers/tables.py table "$folder/results" "$(stat -c %s "$file")"
