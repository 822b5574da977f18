#!/usr/bin/env bash
# How near tune comes: records a run, asks tune for settings, measures these, and prints what was foretold beside what was measured.
#
#   jobs/bench.sh --suite tune [--output DIR] [--samples N] [--repeats N] [--settings A,B,...] [any option of generate.sh and bench.sh]
#
# Without options the demo pair over its prompts, ten samples each so that the later half of the run, which tune prices by, is warm,
# one sequence at a time; the run decodes every row plainly as well, so that tune knows what that costs. The settings are plain
# decoding, the recorded one, what tune recommends for all prompts together, and those of --settings. They are measured by the bench
# in one process, in turn, so that a machine that slows down slows down all of them; the bench leaves out second turns.
#
# Foretold and measured is the same: tokens per second of all sequences of a batch while they decode, prefill left out, when the JVM
# is warm. The run that is there already is not made again.
set -euo pipefail
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$jobs/common.sh"

out=$(value --output "$@")
out=${out:-$project/target/suite-tune-$(date -u +%Y%m%dT%H%M%S)}
settings=$(value --settings "$@")
settings=${settings:-talon:8:3:0.03,talon:12:4:0.3,talon:6:2:0.1,chain:5}
samples=$(value --samples "$@")
repeats=$(value --repeats "$@")
batch=$(value --batch "$@")
batch=${batch:-1}
common=()
while (($#)); do
  case $1 in
    --suite | --output | --settings | --samples | --repeats | --batch) shift 2 ;;
    --suite=* | --output=* | --settings=* | --samples=* | --repeats=* | --batch=*) shift ;;
    *) common+=("$1"); shift ;;
  esac
done
has --dtype "${common[@]}" || common+=(--dtype fp32)
mkdir -p "$out"

run=$out/run
if [[ ! -d $run/runs ]]; then
  rm -rf "$run"
  "$jobs/generate.sh" --output "$run" --engines 1 --policy talon --budget 16 --width 4 --mu 0.03 --batch "$batch" --samples "${samples:-10}" \
    --baseline all "${common[@]}" >"$out/run.txt" || {
    code=$?
    ((code == 3)) || fail "the run failed with exit code $code; see $out/run.txt" "$code"
  }
fi
"$jobs/tune.sh" "$run" --batches "$batch" --settings "ar,talon:16:4:0.03,$settings" --json >"$out/foretold.jsonl"
recommended=$(sed -n "s/.*\"category\":\"all\",\"batch\":$batch,\"recommended\":{[^}]*\"name\":\"\([^\"]*\)\".*/\1/p" "$out/foretold.jsonl")
policies=talon:16:4:0.03,$settings
[[ -z $recommended || $recommended == ar || ,$policies, == *",$recommended,"* ]] || policies+=,$recommended # the bench has ar anyway
"$jobs/bench.sh" --policies "$policies" --batches "$batch" --repeats "${repeats:-7}" "${common[@]}" \
  --json "$out/measured.jsonl" >"$out/bench.txt"
sed "s|@FORETOLD@|$out/foretold.jsonl|; s|@MEASURED@|$out/measured.jsonl|" "$jobs/suite/tune.sql" >"$out/tune.sql"
"$jobs/sql.sh" "$run" "$out/tune.sql" --markdown
