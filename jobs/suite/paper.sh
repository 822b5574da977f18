#!/usr/bin/env bash
# The tables of the paper for a model: every method on every prompt set at temperature 0 and 1, and the ablations.
#
#   jobs/bench.sh --suite paper --prompts FOLDER [--per-set N] [--warm-up N] [--ablations LIST] [--output DIR] [any option of generate.sh]
#
# FOLDER has one file of JSON lines per set, in the question format: question_id, category, turns. Conversations of several turns
# are answered in turn; --per-set takes the first N of each file. Target and draft are those of the demo unless given. One sequence
# at a time, 1,024 new tokens at most, budget 60 and width 10 (a quarter of the budget where that is less), unless the options say
# otherwise. Every run decodes --warm-up N prompts first (8, dealt from all sets) that are in no figure: a JVM and a library are slow
# at first, and a small model needs more of them. --ablations names what is varied of talon: budget,mu,ungated-layers,width
# (all of them unless given), or none.
# Every combination is a run of its own in DIR/runs, so that the suite goes on where it was stopped, and jobs/report.sh,
# jobs/compare.sh and jobs/tune.sh can look at each. At the end DIR has results.parquet, ablations.parquet, README.md, plots.html
# and a report on talon beside static trees.
set -euo pipefail
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$jobs/common.sh"

prompts=$(value --prompts "$@")
per_set=$(value --per-set "$@")
[[ ${per_set:=0} =~ ^[0-9]+$ ]] || fail "--per-set must be a number of prompts, 0 for all: $per_set" 2
warm_up=$(value --warm-up "$@")
[[ ${warm_up:=8} =~ ^[0-9]+$ ]] || fail "--warm-up must be a number of prompts: $warm_up" 2
ablations=$(value --ablations "$@")
[[ ${ablations:=budget,mu,ungated-layers,width} =~ ^(none|((budget|mu|ungated-layers|width),?)+)$ ]] \
  || fail "--ablations must be none, or some of budget,mu,ungated-layers,width: $ablations" 2
out=$(value --output "$@")
out=${out:-$project/target/suite-$(date -u +%Y%m%dT%H%M%S)}
[[ -n $prompts && -d $prompts ]] || fail "--prompts FOLDER is missing or no folder: $prompts" 2
compgen -G "$prompts/*.jsonl" >/dev/null || fail "there is no file *.jsonl in $prompts" 2
given="--prompts $prompts --per-set $per_set --warm-up $warm_up --ablations $ablations"
common=()
while (($#)); do
  case $1 in
    --suite | --prompts | --output | --per-set | --warm-up | --ablations) shift 2 ;;
    --suite=* | --prompts=* | --output=* | --per-set=* | --warm-up=* | --ablations=*) shift ;;
    *) common+=("$1"); shift ;;
  esac
done
given+=" ${common[*]}"
has --target "${common[@]}" || has --draft "${common[@]}" || common+=(--target "$demo/target" --draft "$demo/head")
has --batch "${common[@]}" || common+=(--batch 1)
has --max-new-tokens "${common[@]}" || common+=(--max-new-tokens 1024)
has --budget "${common[@]}" || common+=(--budget 60)
budget=$(value --budget "${common[@]}")
[[ $budget =~ ^[0-9]+$ ]] || fail "--budget must be one number: $budget" 2
width=$((budget / 4 > 10 ? 10 : budget / 4 > 1 ? budget / 4 : 1))
has --width "${common[@]}" || common+=(--width "$width")
mkdir -p "$out/input" "$out/runs"

# All sets in one input: the name of the set becomes the category, and ids are made unique over sets. questions SET CATEGORY ID MOST.
questions() {
  awk -v category="$2" -v id="$3" -v most="$4" '/[^ \t\r]/ && (!most || ++taken <= most) {
    sub(/"category"[ ]*:/, "\"topic\":"); sub(/"question_id"[ ]*:/, "\"question\":")
    sub(/^[ \t]*\{/, "{\"question_id\":\"" id "-" NR "\",\"category\":\"" category "\","); print
  }' "$prompts/$1.jsonl"
}
sets=()
for file in "$prompts"/*.jsonl; do
  sets+=("$(basename "$file" .jsonl)")
done
for ((i = 0; i < ${#sets[@]}; i++)); do
  questions "${sets[i]}" "${sets[i]}" "${sets[i]}" "$per_set" >"$out/input/${sets[i]}.jsonl"
  share=$(((warm_up * (i + 1)) / ${#sets[@]} - (warm_up * i) / ${#sets[@]}))
  ((share == 0)) || questions "${sets[i]}" "(warm-up)" "warm-up-${sets[i]}" "$share"
done >"$out/input/000-warm-up.jsonl" # the first of the files, so that it is decoded first
[[ -s $out/input/000-warm-up.jsonl ]] || rm "$out/input/000-warm-up.jsonl"

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
  has --engines "${options[@]}" || options+=(--engines 1) # one sequence at a time, with all cores
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
    [[ $method == auto ]] || chosen+=(--coupling none) # drafts that do not see the noise, as published
    run "t$temperature-$method" "${chosen[@]}"
  done
done

# ablation OPTION DEFAULT VALUES...: talon with each value but the one that t0-talon has.
ablation() {
  local option=$1 own n
  [[ ,$ablations, == *",${option#--},"* ]] || return 0
  own=$(value "$option" "${common[@]}")
  own=${own:-$2}
  shift 2
  for n in "$@"; do
    [[ $n == "$own" ]] || run "ablation${option/--/-}-$n" --temperature 0 --policy talon --coupling none "$option" "$n"
  done
}
ablation --budget 60 8 16 32 48 60 96
ablation --mu 0.03 0.01 0.03 0.1 0.3
ablation --ungated-layers 1 0 1 2 3
ablation --width 10 3 5 10 20

ask() { "$jobs/sql.sh" "$@"; }
all=("$out"/runs/t[01]-*/)
ablated=("$out"/runs/t0-ar/ "$out"/runs/t0-talon/)
for option in ${ablations//,/ }; do
  ablated+=("$out"/runs/ablation-"$option"-*/)
done
[[ $ablations != none ]] || ablated=()
rm -rf "$out/results.parquet" "$out/ablations.parquet"
ask "${all[@]}" "$jobs/suite/paper.sql" --parquet "$out/results.parquet"
ask "${all[@]}" "$jobs/suite/paper.sql" --json >"$out/results.jsonl"
: >"$out/ablations.jsonl"
if ((${#ablated[@]} > 0)); then
  ask "${ablated[@]}" "$jobs/suite/ablations.sql" --parquet "$out/ablations.parquet"
  ask "${ablated[@]}" "$jobs/suite/ablations.sql" --json >"$out/ablations.jsonl"
fi
{
  printf '# Methods on prompt sets\n\n'
  printf 'tau: tokens per target forward. delta: draft forwards per target forward. speedup: over plain decoding (ar) of the same set.\n'
  printf '%s prompts, dealt from all sets, were decoded first and are in no figure. ' "$warm_up"
  printf 'Budget %s, one run each: `jobs/bench.sh --suite paper %s`, %s.\n\n' "$budget" "$given" "$(date -u +%F)"
  ask "${all[@]}" "$jobs/suite/paper.sql" --markdown
  if ((${#ablated[@]} > 0)); then
    printf '\n# Ablations of talon at temperature 0\n\n'
    ask "${ablated[@]}" "$jobs/suite/ablations.sql" --markdown
  fi
} >"$out/README.md"
report=$project/src/main/resources/io/talon/report
awk -v d3="$report/d3.min.js" -v plot="$report/plot.umd.min.js" -v results="$out/results.jsonl" -v ablations="$out/ablations.jsonl" '
  function copy(file, end) { while ((getline line <file) > 0) print line end; close(file) }
  $0 == "@D3@" { copy(d3, ""); next }
  $0 == "@PLOT@" { copy(plot, ""); next }
  $0 == "@RESULTS@" { copy(results, ","); next }
  $0 == "@ABLATIONS@" { copy(ablations, ","); next }
  { print }' "$jobs/suite/paper.html" >"$out/plots.html"
"$jobs/report.sh" "$out/runs/t0-talon" "$out/runs/t0-eagle3" --output "$out/talon-and-eagle3.html"
cat "$out/README.md"
printf 'tables: %s/{results,ablations}.parquet; text: %s/README.md; plots: %s/{plots,talon-and-eagle3}.html\n' "$out" "$out" "$out"
