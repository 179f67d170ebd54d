#!/usr/bin/env bash
# The folders and files that hold Swift code of this project.
cd "$(dirname "$0")/.."
ls -d Package.swift Sources Tests Examples/Package.swift Examples/Sources Examples/Tests \
    Benchmarks/Package.swift Benchmarks/Sources Documentation/DocComments.swift 2>/dev/null
