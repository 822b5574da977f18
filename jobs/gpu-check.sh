#!/usr/bin/env bash
# What a machine with an NVIDIA GPU has to show, in one go: the texts of the GPU against plain decoding on it, in float32
# and bf16, an audit of each run, then the benchmark at several budgets and batch sizes, exact and not. Everything goes to a fresh folder under target/.
#
# DJL needs a CUDA build of libtorch 2.7.1, for example from an installed PyTorch 2.7.1:
#   export PYTORCH_LIBRARY_PATH=.../torch/lib PYTORCH_VERSION=2.7.1 PYTORCH_FLAVOR=cu128
# Further arguments (--target DIR --draft DIR ...) go to every step; without them the demo pair runs.
set -euo pipefail
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$jobs/../target/gpu-$(date -u +%Y%m%dT%H%M%S)
mkdir -p "$out"
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv | tee "$out/device.csv"

for dtype in fp32 bf16; do
  for temperature in 0 1; do
    "$jobs/generate.sh" --device cuda --dtype "$dtype" --policy talon --budget 60 --width 10 --batch 8 --temperature "$temperature" \
      --baseline all --output "$out/generate-$dtype-$temperature" "$@" 2>&1 | tee "$out/generate-$dtype-$temperature.txt"
    "$jobs/audit.sh" "$out/generate-$dtype-$temperature" --sample 0.2 2>&1 | tee "$out/audit-$dtype-$temperature.txt"
  done
done
for exact in on off; do
  "$jobs/bench.sh" --device cuda --dtype bf16 --exact "$exact" --policies talon,eagle3,chain --budgets 8,16,32,60 --width 10 \
    --batches 1,8,32 --json "$out/bench-$exact.json" "$@" 2>&1 | tee "$out/bench-$exact.txt"
done
printf 'results: %s\n' "$out"
