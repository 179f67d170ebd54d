#!/bin/bash
# Runs libFuzzer on every reader of bytes: fuzz.sh [seconds for each, 60] [reader …]. What it finds lies in .build-fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
readers=${*:-zip hdf5 json npy safetensors csv}
build=(swift build -c release --sanitize=fuzzer --scratch-path .build-fuzz)
export HORNBILL_FUZZ=build
"${build[@]}" --product HornbillFuzz
bin=$("${build[@]}" --show-bin-path)
# libFuzzer brings its own main, which SwiftPM's executables do not want: the readers are a library.
echo > .build-fuzz/empty.swift
swiftc -sanitize=fuzzer -parse-as-library -Xclang-linker -rdynamic .build-fuzz/empty.swift -o .build-fuzz/fuzz \
    -L"$bin" -lHornbillFuzz -Xlinker -rpath -Xlinker "$PWD/${bin#"$PWD/"}"
golden=Tests/Reference/Golden
for reader in $readers; do
    corpus=.build-fuzz/corpus/$reader
    mkdir -p "$corpus" .build-fuzz/found
    case $reader in
        zip) cp "$golden"/npy/*.npz "$corpus" ;;
        hdf5) for file in "$golden"/formats/*.h5.gz; do zcat "$file" > "$corpus/$(basename "$file" .gz)"; done ;;
        json) for file in "$golden"/configs/*.json.gz; do zcat "$file" > "$corpus/$(basename "$file")"; done ;;
        npy) cp "$golden"/npy/*.npy "$corpus" ;;
        csv) cp "$golden"/npy/*.csv "$corpus" ;;
    esac
    echo "fuzz: $reader for $seconds s"
    HORNBILL_FUZZ=$reader .build-fuzz/fuzz "$corpus" -max_total_time="$seconds" -max_len=40000 -timeout=10 \
        -rss_limit_mb=1000 -artifact_prefix=".build-fuzz/found/$reader-" 2>&1 | tail -1
done
