#!/usr/bin/env bash
# Makes the demo pair from nothing: corpus, tokenizer, target, head, scores, goldens, reference.
#
#   ./make.sh OUTPUT_DIRECTORY [--quick]
#
# --quick walks the whole chain in two to three minutes with a tiny corpus; its model answers nothing.
# PYTHON names the interpreter (default: python3), THREADS the CPU threads (default: 2).
set -euo pipefail

usage() { sed -n '2,8s/^# \{0,1\}//p' "$0"; }

output="" quick=false
for argument in "$@"; do
  case "$argument" in
    --quick) quick=true ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "unknown option $argument" >&2; usage >&2; exit 2 ;;
    *) output="$argument" ;;
  esac
done
if [[ -z "$output" ]]; then usage >&2; exit 2; fi

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tests="$here/../../src/test"
prompts="$tests/resources/reference/prompts.jsonl"
threads="${THREADS:-2}"
mkdir -p "$output"
output="$(cd "$output" && pwd)"

if $quick; then
  train_count=2000 held_count=200 pretrain_minutes=0.3 finetune_minutes=0.3 head_minutes=0.3
  batch=8 head_batch=8 evaluate_count=20 reference_count=1 new_tokens=24
else
  train_count=200000 held_count=2000 pretrain_minutes=60 finetune_minutes=90 head_minutes=22
  batch=16 head_batch=24 evaluate_count=300 reference_count=12 new_tokens=96
fi

# Runs a program of this folder, or by its path one that makes reference data for the tests: run PROGRAM ARGUMENTS...
run() {
  local program="$1"
  shift
  [[ "$program" == */* ]] || program="$here/$program"
  echo "== ${program##*/} $(date +%H:%M:%S)"
  "${PYTHON:-python3}" "$program.py" "$@"
}

run corpus --output "$output/train.jsonl" --count "$train_count" --seed 1
run corpus --output "$output/heldout.jsonl" --count "$held_count" --seed 2
run corpus --output "$output/fresh.jsonl" --count "$held_count" --seed 3
run train_tokenizer --corpus "$output/train.jsonl" --output "$output/tokenizer.json"
run train_target pretrain --corpus "$output/train.jsonl" --held-out "$output/heldout.jsonl" \
  --tokenizer "$output/tokenizer.json" --output "$output/pretrained" \
  --minutes "$pretrain_minutes" --batch-size "$batch" --threads "$threads"
run train_target finetune --corpus "$output/train.jsonl" --checkpoint "$output/pretrained" \
  --tokenizer "$output/tokenizer.json" --output "$output/finetuned" \
  --minutes "$finetune_minutes" --batch-size "$batch" --threads "$threads"
run export_target --checkpoint "$output/finetuned" --tokenizer "$output/tokenizer.json" \
  --output "$output/talon-demo/target"
run train_head --target "$output/talon-demo/target" --corpus "$output/train.jsonl" \
  --output "$output/talon-demo/head" --minutes "$head_minutes" --batch-size "$head_batch" --threads "$threads"
run evaluate --target "$output/talon-demo/target" --corpus "$output/fresh.jsonl" \
  --count "$evaluate_count" --threads "$threads" --output "$output/scores.json"
run "$tests/python/golden" --target "$output/talon-demo/target" --prompts "$prompts" --output "$output/reference" \
  --max-new-tokens "$new_tokens"
run "$tests/python/reference" --target "$output/talon-demo/target" --head "$output/talon-demo/head" \
  --prompts "$prompts" --output "$output/reference/reference.json" --count "$reference_count" \
  --max-new-tokens "$new_tokens" --threads "$threads"
if ! $quick; then # a model that answers nothing would be asked for ever
  run pick_prompts --target "$output/talon-demo/target" --output "$output/prompts.jsonl"
fi
run "$tests/python/tiny_checkpoints" --output "$output/tiny"
run "$tests/python/torch_file" --output "$output/torch/pytorch_model.bin"
echo "== done: $output/talon-demo"
