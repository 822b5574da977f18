#!/usr/bin/env bash
# The lines of an OpenAI batch in, its answers out: jobs/examples/openai-batch.sh OUT
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=${1:?the output directory is missing}

jobs/generate.sh --input data-samples/requests.jsonl --output "$out" --output-format openai-batch --dtype fp32 || [[ $? == 3 ]]
cat "$out"/openai/*.jsonl # a line {id, custom_id, response, error} for every request
