#!/usr/bin/env bash
# Shows whether the policy auto is ever slower than plain decoding, or than a policy that somebody tuned: for every pair of models, batch size and temperature auto, plain decoding, talon at several budgets and the static policies run in turn in one process, and medians are compared. Writes a Markdown table and says of every bar whether it holds; the exit code is 1 when one does not.
#
#   SMOLLM2=DIR       SmolLM2-135M-Instruct; without it that pair is left out
#   STORIES=DIR       stories260K, and STORIES_DRAFT=DIR llama2xs281K; without them that pair is left out
#   QUICK=1           batch 1, 4 and 16, fewer budgets, two repeats
#   PAIRS, BATCHES, TEMPERATURES, POLICIES, BUDGETS, REPEATS, LIMIT   narrower choices, separated by spaces or commas
#
# Everything goes to a fresh folder under target/. Further arguments (--threads 2 --dtype fp32 ...) go to every run. The machine should have nothing else to do.
set -euo pipefail
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$jobs/.." && pwd)
out=$project/target/never-slower-$(date -u +%Y%m%dT%H%M%S)
mkdir -p "$out"
demo=$project/data-samples/models/talon-demo
prompts=$project/data-samples/prompts.jsonl

quick=${QUICK:-0}
if [[ $quick == 1 ]]; then
  batches=${BATCHES:-1 4 16} budgets=${BUDGETS:-8,16,32} repeats=${REPEATS:-2}
else
  batches=${BATCHES:-1 2 4 8 16 32} budgets=${BUDGETS:-4,8,16,32,60} repeats=${REPEATS:-3}
fi
temperatures=${TEMPERATURES:-0 1}
policies=${POLICIES:-auto,talon,eagle3:16,chain:8,opt-tree:16}

# pair NAME NEW_TOKENS CONTEXT INPUT ARGUMENTS...: one file of measurements for each batch size and temperature
pair() {
  local name=$1 tokens=$2 context=$3 input=$4 batch temperature
  shift 4
  [[ -z ${PAIRS:-} || " ${PAIRS//,/ } " == *" $name "* ]] || return 0
  for temperature in $temperatures; do
    for batch in $batches; do
      printf '%s, batch %s, temperature %s\n' "$name" "$batch" "$temperature" >&2
      "$jobs/bench.sh" --input "$input" --policies "$policies" --budgets "$budgets" --width 4 --batches "$batch" \
        --repeats "$repeats" --limit "${LIMIT:-0}" --max-context "$context" --max-new-tokens "$tokens" --temperature "$temperature" \
        --coupling fitted --json "$out/$name-$batch-$temperature.json" "$@" >"$out/$name-$batch-$temperature.txt"
    done
  done
}

# categories NAME INPUT ARGUMENTS...: auto and plain decoding by category, at one batch size
categories() {
  local input=$1 category
  shift
  [[ -z ${PAIRS:-} || " ${PAIRS//,/ } " == *" demo "* ]] || return 0
  for category in $(sed -n 's/.*"category": *"\([^"]*\)".*/\1/p' "$input" | sort -u); do
    grep "\"category\": *\"$category\"" "$input" >"$out/category-$category.jsonl"
    for batch in 1 8; do
      "$jobs/bench.sh" --input "$out/category-$category.jsonl" --policies auto --batches "$batch" --repeats "$repeats" \
        --max-context 1024 --max-new-tokens 64 --coupling fitted --json "$out/category:$category-$batch-0.json" "$@" \
        >"$out/category-$category-$batch.txt"
    done
  done
}

pair demo 64 1024 "$prompts" --target "$demo/target" --draft "$demo/head" "$@"
categories "$prompts" --target "$demo/target" --draft "$demo/head" "$@"

if [[ -n ${SMOLLM2:-} ]]; then
  # more prompts than the largest batch takes: where nothing follows, all wait for the text that agrees least with its draft
  sed 's/"id": "/"id": "repetitive-/' "$project/data-samples/repetitive.jsonl" | cat - "$prompts" >"$out/smollm2.jsonl"
  pair smollm2-ngram 64 1024 "$out/smollm2.jsonl" --target "$SMOLLM2" --draft ngram "$@"
  if [[ -z ${PAIRS:-} || " ${PAIRS//,/ } " == *" smollm2-run "* ]]; then
    "$jobs/generate.sh" --target "$SMOLLM2" --input "$prompts" --policy ar --batch 8 --max-new-tokens 64 --max-context 1024 \
      --round-stats none --output "$out/earlier-run" "$@" >"$out/earlier-run.txt"
    pair smollm2-run 64 1024 "$prompts" --target "$SMOLLM2" --draft "ngram,run:$out/earlier-run" "$@"
  fi
else
  printf 'SMOLLM2 is not set: that pair is left out\n' >&2
fi

if [[ -n ${STORIES:-} && -n ${STORIES_DRAFT:-} ]]; then
  stories=$out/stories.jsonl
  # several waves of the largest batch: one wave of 32 is over after 200 ms, in which a process is not warm
  for name in Lily Tom Mia Ben Anna Max Sara Tim Lucy Sam Amy Jack Sue Bob Kim Leo \
    Rose Dan Ella Fred Grace Hugo Ida Jim Kate Luke Molly Nick Olive Paul Ruth Will; do
    printf '{"id": "%s-1", "prompt": "Once upon a time, there was a child named %s. One day,"}\n' "$name" "$name"
    printf '{"id": "%s-2", "prompt": "%s had a big red ball. The ball was"}\n' "$name" "$name"
    printf '{"id": "%s-3", "prompt": "%s went to the park with a friend. They saw"}\n' "$name" "$name"
  done >"$stories"
  pair stories 96 512 "$stories" --target "$STORIES" --draft "$STORIES_DRAFT" "$@"
  if [[ -z ${PAIRS:-} || " ${PAIRS//,/ } " == *" stories "* ]]; then
    for coupling in none fitted; do
      "$jobs/bench.sh" --input "$stories" --policies talon --budgets 16 --width 4 --batches 1 --repeats "$repeats" \
        --max-context 512 --max-new-tokens 96 --temperature 1 --target "$STORIES" --draft "$STORIES_DRAFT" \
        --coupling "$coupling" --json "$out/coupling:$coupling-1-1.json" "$@" >"$out/coupling-$coupling.txt"
    done
  fi
else
  printf 'STORIES and STORIES_DRAFT are not set: that pair is left out\n' >&2
fi

python3 "$jobs/peer/never_slower.py" "$out" | tee "$out/table.md"
exit "${PIPESTATUS[0]}"
