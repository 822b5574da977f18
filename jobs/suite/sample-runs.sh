#!/usr/bin/env bash
# Makes the finished runs of data-samples/runs anew: the demo pair under talon and under static trees, on the same prompts.
#
# Three prompts are bad on purpose, so that there is a quarantine to look at. The tables keep options as they were given, which
# are relative here, and the absolute paths of the models: for what is committed, run it in a clone at /opt/talon.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
cd "$project"
for policy in talon eagle3; do
  out=data-samples/runs/demo-$policy
  rm -rf "$out"
  jobs/generate.sh --input 'data-samples/prompts*.jsonl' --output "$out" --master 'local[1]' --partitions 1 \
    --target data-samples/models/talon-demo/target --draft data-samples/models/talon-demo/head --dtype fp32 --threads 1 \
    --policy "$policy" --budget 16 --width 4 --layers 5 --batch 4 --max-new-tokens 64 --baseline all || [[ $? == 3 ]]
  find "$out" -name '.*.crc' -delete
  rm -rf "$out/_input" # the prompts once more, which only a run that goes on reads
done
