#!/usr/bin/env bash
# Makes sure that what Hornbill builds on is installed, and further packages that are named. Touches the network only if
# something is missing.
set -euo pipefail

packages=(libdnnl-dev zlib1g-dev libpng-dev libturbojpeg0-dev graphviz gnuplot-nox python3-venv "$@")
missing=()
for package in "${packages[@]}"; do
    if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then missing+=("$package"); fi
done

if ((${#missing[@]})); then
    if [[ $(id -u) -eq 0 ]]; then
        echo "Installing ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install -y -qq "${missing[@]}" >/dev/null
    else
        echo "These packages are missing: sudo apt-get install -y ${missing[*]}" >&2
        exit 1
    fi
fi

if ! command -v swift >/dev/null; then
    echo "Swift 6.2 or later is missing: see https://www.swift.org/install/linux" >&2
    exit 1
fi
