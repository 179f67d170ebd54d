#!/usr/bin/env bash
# Makes .venv with the Keras that reads what Hornbill writes, and prints its Python. Touches the network only if it is
# missing or its list has changed. Without python3 or the network it says so and prints nothing: those tests are left out.
set -euo pipefail
cd "$(dirname "$0")/.."

list=Tests/Reference/requirements-test.txt
if ! cmp -s "$list" .venv/installed.txt; then
    {
        rm -rf .venv
        python3 -m venv .venv && .venv/bin/pip install --quiet --disable-pip-version-check -r "$list" &&
            cp "$list" .venv/installed.txt
    } >&2 || {
        echo "No Python with Keras could be made: tests that need one are left out." >&2
        exit 0
    }
fi
echo "$PWD/.venv/bin/python"
