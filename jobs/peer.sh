#!/usr/bin/env bash
# Plain decoding against transformers' generate on the same weights, prompts, type and threads.
#
#   PYTHON=venv/bin/python jobs/peer.sh --target DIR --input FILE [--limit N] [--dtype fp32|bf16] [--threads N] [--max-new-tokens N]
#
# PYTHON has to have torch and transformers (jobs/demo-model/requirements.txt); nothing else of the project needs Python.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

(($#)) || fail "give --target DIR and --input FILE as for bench.sh" 2
python=${PYTHON:-python3}
"$python" -c 'import torch, transformers' 2>/dev/null || fail "$python has no torch and transformers; set PYTHON to one that has" 2
"$project/jobs/bench.sh" --policies ar --batches 1 "$@"
"$python" "$project/jobs/peer/transformers_generate.py" "$@"
