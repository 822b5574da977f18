#!/usr/bin/env bash
# Writes the archives that measure.py loads: the engine's own script for a model's shape, without any weight.
#
#   jobs/gpu/archives.sh DIR [CONFIG_DIR] [DEVICE]
#
# CONFIG_DIR holds the config.json of a target; without it, that of Llama-3.1-8B. DEVICE is cuda:0 (bf16) unless it is given; cpu
# writes for float32 on a CPU.
set -euo pipefail
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$jobs/common.sh"

[[ $# -ge 1 ]] || fail "the directory to write to is missing: jobs/gpu/archives.sh DIR [CONFIG_DIR] [DEVICE]" 2
find_java
build
exec "$java" -cp "$jar:$project/target/spark-home/jars/*" io.talon.torch.module.ArchiveWriter \
  "$1" "${2:-$jobs/gpu/llama-3.1-8b}" "${3:-cuda:0}"
