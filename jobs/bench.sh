#!/usr/bin/env bash
# Measures policies, budgets and batch sizes against plain decoding; --help shows all options.
#
# What is not given comes from the demo: its model and its prompts. With --suite paper it makes the tables of the paper for a
# folder of prompt sets, with --suite tune it shows how near tune comes; suite/paper.sh and suite/tune.sh say how.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if has --suite "$@"; then
  suite=$(value --suite "$@")
  [[ $suite == paper || $suite == tune ]] || fail "suite must be paper or tune: $suite" 2
  exec "$project/jobs/suite/$suite.sh" "$@"
fi
arguments=("$@")
if ! has --conf-file "$@"; then
  has --target "$@" || has --draft "$@" || arguments+=(--target "$demo/target" --draft "$demo/head")
  has --input "$@" || arguments+=(--input "$demo_prompts")
fi
submit bench "${arguments[@]}"
