#!/usr/bin/env bash
# GPU discovery for Spark: prints the addresses of this machine's GPUs as
#   {"name":"gpu","addresses":["0","1"]}
#
# Named by spark.worker.resource.gpu.discoveryScript and spark.executor.resource.gpu.discoveryScript.
# CUDA_VISIBLE_DEVICES, where it is set, says which GPUs there are; it is a list of indices or UUIDs.
set -euo pipefail

if [[ -n "${CUDA_VISIBLE_DEVICES+set}" ]]; then
  # CUDA numbers what it sees from 0, whatever the entries are called.
  IFS=',' read -r -a visible <<< "$CUDA_VISIBLE_DEVICES"
  indices=("${!visible[@]}")
else
  mapfile -t indices < <(nvidia-smi --query-gpu=index --format=csv,noheader)
fi

addresses=""
for index in "${indices[@]}"; do
  addresses+="${addresses:+,}\"${index//[[:space:]]/}\""
done
printf '{"name":"gpu","addresses":[%s]}\n' "$addresses"
