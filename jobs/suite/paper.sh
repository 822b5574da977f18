#!/usr/bin/env bash
# The tables of the paper for a model: every method on every prompt set at temperature 0 and 1, and the ablations.
#
#   jobs/bench.sh --suite paper --prompts FOLDER [--per-set N] [--output DIR] [any option of generate.sh]
#
# FOLDER has one file of JSON lines per set, in the question format: question_id, category, turns. Conversations of several turns
# are answered in turn; --per-set takes the first N of each file. Target and draft are those of the demo unless given. One sequence at a time, 1,024 new tokens at most, budget 60 and width 10, unless the options say otherwise.
# Every combination is a run of its own in DIR/runs, so that the suite goes on where it was stopped, and jobs/report.sh,
# jobs/compare.sh and jobs/tune.sh can look at each. At the end DIR has results.parquet, ablations.parquet, README.md and a page
# with the plots.
set -euo pipefail
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$jobs/common.sh"

prompts=$(value --prompts "$@")
per_set=$(value --per-set "$@")
[[ ${per_set:=0} =~ ^[0-9]+$ ]] || fail "--per-set must be a number of prompts, 0 for all: $per_set" 2
out=$(value --output "$@")
out=${out:-$project/target/suite-$(date -u +%Y%m%dT%H%M%S)}
[[ -n $prompts && -d $prompts ]] || fail "--prompts FOLDER is missing or no folder: $prompts" 2
compgen -G "$prompts/*.jsonl" >/dev/null || fail "there is no file *.jsonl in $prompts" 2
common=()
while (($#)); do
  case $1 in
    --suite | --prompts | --output | --per-set) shift 2 ;;
    --suite=* | --prompts=* | --output=* | --per-set=*) shift ;;
    *) common+=("$1"); shift ;;
  esac
done
has --target "${common[@]}" || has --draft "${common[@]}" || common+=(--target "$demo/target" --draft "$demo/head")
has --batch "${common[@]}" || common+=(--batch 1)
has --max-new-tokens "${common[@]}" || common+=(--max-new-tokens 1024)
has --budget "${common[@]}" || common+=(--budget 60)
has --width "${common[@]}" || common+=(--width 10)
budget=$(value --budget "${common[@]}")
mkdir -p "$out/input" "$out/runs"

# All sets in one input: the name of the set becomes the category, and ids are made unique over sets.
for file in "$prompts"/*.jsonl; do
  name=$(basename "$file" .jsonl)
  awk -v name="$name" -v most="$per_set" '/[^ \t\r]/ && (!most || ++taken <= most) {
    sub(/"category"[ ]*:/, "\"topic\":"); sub(/"question_id"[ ]*:/, "\"question\":")
    sub(/^[ \t]*\{/, "{\"question_id\":\"" name "-" NR "\",\"category\":\"" name "\","); print
  }' "$file" >"$out/input/$name.jsonl"
done

# run NAME OPTIONS...: one run, unless it has come to its end before; its options go before the common ones.
run() {
  local name=$1 i
  shift
  local -a options=("$@")
  for ((i = 0; i < ${#common[@]}; i++)); do
    if [[ ${common[i]} == --*=* || ${common[i]} != --* ]]; then
      has "${common[i]%%=*}" "$@" || options+=("${common[i]}")
    elif has "${common[i]}" "$@"; then
      i=$((i + 1))
    else
      options+=("${common[i]}" "${common[i + 1]}")
      i=$((i + 1))
    fi
  done
  [[ -d $out/runs/$name/runs ]] && return
  rm -rf "${out:?}/runs/$name"
  printf '%s\n' "$name" >&2
  "$jobs/generate.sh" --input "$out/input" --output "$out/runs/$name" "${options[@]}" >"$out/runs/$name.txt" || {
    local code=$?
    ((code == 3)) || fail "the run $name failed with exit code $code; see $out/runs/$name.txt" "$code"
  }
}

methods=(ar chain eagle3 opt-tree rsd-c rsd-s talon auto)
for temperature in 0 1; do
  for method in "${methods[@]}"; do
    chosen=(--policy "$method" --temperature "$temperature")
    [[ $method == chain ]] && chosen+=(--budget 7) # six drafted tokens
    run "t$temperature-$method" "${chosen[@]}"
  done
done
for n in 16 32 48 96; do run "ablation-budget-$n" --temperature 0 --policy talon --budget "$n"; done
for mu in 0.01 0.1 0.3; do run "ablation-mu-$mu" --temperature 0 --policy talon --mu "$mu"; done
for layers in 0 2 3; do run "ablation-ungated-$layers" --temperature 0 --policy talon --ungated-layers "$layers"; done
for width in 3 5 20; do run "ablation-width-$width" --temperature 0 --policy talon --width "$width"; done

ask() { "$jobs/sql.sh" "$@"; }
rm -rf "$out/results.parquet" "$out/ablations.parquet"
ask "$out"/runs/t[01]-*/ "$jobs/suite/paper.sql" --parquet "$out/results.parquet"
ask "$out"/runs/t0-ar/ "$out"/runs/t0-talon/ "$out"/runs/ablation-*/ "$jobs/suite/ablations.sql" --parquet "$out/ablations.parquet"
{
  printf '# Methods on prompt sets\n\n'
  printf 'tau: tokens per target forward. delta: draft forwards per target forward. speedup: over plain decoding (ar) of the same set.\n'
  printf 'Budget %s, one run each: `jobs/bench.sh --suite paper %s`, %s.\n\n' "$budget" "${common[*]}" "$(date -u +%F)"
  ask "$out"/runs/t[01]-*/ "$jobs/suite/paper.sql" --markdown
  printf '\n# Ablations of talon at temperature 0\n\n'
  ask "$out"/runs/t0-ar/ "$out"/runs/t0-talon/ "$out"/runs/ablation-*/ "$jobs/suite/ablations.sql" --markdown
} >"$out/README.md"
"$jobs/report.sh" "$out/runs/t0-talon" "$out/runs/t0-eagle3" --output "$out/talon-and-eagle3.html"
cat "$out/README.md"
printf 'tables: %s/{results,ablations}.parquet; text: %s/README.md; plots: %s/talon-and-eagle3.html\n' "$out" "$out" "$out"
