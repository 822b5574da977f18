#!/usr/bin/env bash
# GPU discovery for Spark: prints the addresses of this machine's GPUs as
#   {"name":"gpu","addresses":["0","1"]}
#
# Named by spark.worker.resource.gpu.discoveryScript and spark.executor.resource.gpu.discoveryScript.
# CUDA_VISIBLE_DEVICES, where it is set, says which GPUs there are; it is a list of indices or UUIDs.
set -euo pipefail

if [[ -n "${CUDA_VISIBLE_DEVICES+set}" ]]; then
  IFS=',' read -r -a visible <<< "$CUDA_VISIBLE_DEVICES"
else
  listing="$(nvidia-smi --query-gpu=index --format=csv,noheader)"
  mapfile -t visible < <(printf '%s' "${listing:+$listing$'\n'}")
fi

# CUDA numbers what a process sees from 0, whatever the entries are called.
addresses=""
for index in "${!visible[@]}"; do
  addresses+="${addresses:+,}\"$index\""
done
printf '{"name":"gpu","addresses":[%s]}\n' "$addresses"
