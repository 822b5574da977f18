#!/usr/bin/env bash
# Prompts that a template writes from the columns of a CSV file: jobs/examples/template.sh OUT
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=${1:?the output directory is missing}

cat > "$out.csv" <<'CSV'
id,country,hint
1,Peru,
2,Japan,"one word, please"
CSV
jobs/generate.sh --input "$out.csv" --output "$out" --max-new-tokens 16 --dtype fp32 \
  --prompt-template 'What is the capital of {{ country }}?{% if hint %} ({{ hint }}){% endif %}'
