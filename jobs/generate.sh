#!/usr/bin/env bash
# Generates a text for every prompt and writes texts and statistics as tables; --help shows all options.
#
# What is not given comes from the demo: its model, its prompts, and a fresh folder under target/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

arguments=("$@")
if ! has --conf-file "$@"; then
  has --target "$@" || has --draft "$@" || arguments+=(--target "$demo/target" --draft "$demo/head")
  has --input "$@" || arguments+=(--input "$demo_prompts")
  has --output "$@" || arguments+=(--output "$project/target/generate-$(date -u +%Y%m%dT%H%M%S)-$$")
fi
submit generate "${arguments[@]}"
