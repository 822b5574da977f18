#!/usr/bin/env bash
# How near tune comes: records a run, asks for settings, runs these, and prints what was foretold beside what was measured.
#
#   jobs/bench.sh --suite tune [--output DIR] [any option of generate.sh]
#
# Without options the demo pair over its prompts, ten samples each, one sequence at a time. The settings are those that tune
# recommends for a category or for all, the recorded one, and plain decoding. Measured are the generations that finished in the
# later half of a run, when the JVM is warm, as the run's costs are medians of its latest forwards. Runs that are there already are
# not made again.
set -euo pipefail
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$jobs/common.sh"

out=$(value --output "$@")
out=${out:-$project/target/suite-tune-$(date -u +%Y%m%dT%H%M%S)}
common=()
while (($#)); do
  case $1 in
    --suite | --output) shift 2 ;;
    --suite=* | --output=*) shift ;;
    *) common+=("$1"); shift ;;
  esac
done
has --batch "${common[@]}" || common+=(--batch 1)
has --samples "${common[@]}" || common+=(--samples 10)
has --dtype "${common[@]}" || common+=(--dtype fp32)
batch=$(value --batch "${common[@]}")
mkdir -p "$out/runs"

name() { printf '%s' "$*" | tr -c 'A-Za-z0-9.' _; }

# run OPTIONS...: one run, unless it has come to its end before, in a directory named after its options.
run() {
  local name
  name=$(name "$@")
  [[ -d $out/runs/$name/runs ]] && return
  rm -rf "${out:?}/runs/$name"
  printf '%s\n' "$name" >&2
  "$jobs/generate.sh" --output "$out/runs/$name" "${common[@]}" "$@" >"$out/runs/$name.txt" || {
    local code=$?
    ((code == 3)) || fail "the run $name failed with exit code $code; see $out/runs/$name.txt" "$code"
  }
}

recorded=(--budget 16 --width 4 --mu 0.03)
run "${recorded[@]}"
"$jobs/tune.sh" "$out/runs/$(name "${recorded[@]}")" --batches "$batch" --json >"$out/foretold.jsonl"
while read -r options; do
  # shellcheck disable=SC2086 # words are meant
  run $options </dev/null
done < <(grep -o '"options":"[^"]*"' "$out/foretold.jsonl" | cut -d '"' -f 4 | sort -u)
sed "s|@FORETOLD@|$out/foretold.jsonl|; s|@BATCH@|$batch|g" "$jobs/suite/tune.sql" >"$out/tune.sql"
"$jobs/sql.sh" "$out"/runs/*/ "$out/tune.sql" --markdown
