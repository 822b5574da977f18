#!/usr/bin/env bash
# Measures policies, budgets and batch sizes against plain decoding; --help shows all options.
#
# What is not given comes from the demo: its model and its prompts. With --suite paper it makes the tables of the paper for a
# folder of prompt sets; suite/paper.sh says how.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if has --suite "$@"; then
  suite=$(value --suite "$@")
  [[ $suite == paper ]] || fail "suite must be paper: $suite" 2
  exec "$project/jobs/suite/$suite.sh" "$@"
fi
arguments=("$@")
if ! has --conf-file "$@"; then
  has --target "$@" || has --draft "$@" || arguments+=(--target "$demo/target" --draft "$demo/head")
  has --input "$@" || arguments+=(--input "$demo_prompts")
fi
submit bench "${arguments[@]}"
