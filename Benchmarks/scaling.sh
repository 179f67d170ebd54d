#!/usr/bin/env bash
# Shows how the time of a training step grows with batch, width, depth and vocabulary, and what one prediction costs.
# usage: Benchmarks/scaling.sh [batch] [width] [depth] [vocabulary] [predict]
set -euo pipefail
cd "$(dirname "$0")"
swift build -c release --scratch-path ../.build --quiet --product Scaling
exec "$(swift build -c release --scratch-path ../.build --show-bin-path)/Scaling" "$@"
