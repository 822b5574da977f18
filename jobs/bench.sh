#!/usr/bin/env bash
# Measures policies, budgets and batch sizes against plain decoding; --help shows all options.
#
# What is not given comes from the demo: its model and its prompts.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

arguments=("$@")
if ! has --conf-file "$@"; then
  has --target "$@" || has --draft "$@" || arguments+=(--target "$demo/target" --draft "$demo/head")
  has --input "$@" || arguments+=(--input "$demo_prompts")
fi
submit bench "${arguments[@]}"
