#!/usr/bin/env bash
# Executes the notebooks and writes them as HTML, with their plots, to a fresh folder under target/.
#
#   jobs/notebooks.sh [DIR DIR]   a run, and one on the same prompts to compare it with; without them the runs of data-samples
#   jobs/notebooks.sh --save      keeps the results of the sample runs in the notebooks themselves, as they are committed
#
# Needs the packages of notebooks/requirements.txt in PYTHON (python3); nothing else of the project needs Python.
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${PYTHON:-python3}
"$python" -c 'import duckdb, matplotlib, nbconvert, pandas, ipykernel' 2>/dev/null || {
  printf 'error: %s lacks packages of the notebooks; install them with pip install -r notebooks/requirements.txt, or set PYTHON\n' "$python" >&2
  exit 2
}
save=
[[ ${1-} == --save ]] && save=yes && shift
[[ $# == 0 ]] && set -- "$project/data-samples/runs/demo-talon" "$project/data-samples/runs/demo-eagle3"
[[ $# == 2 && -d $1 && -d $2 ]] || { printf 'error: give the output directories of two runs\n' >&2; exit 2; }
first=$(cd "$1" && pwd)
second=$(cd "$2" && pwd)
out=$project/target/notebooks-$(date -u +%Y%m%dT%H%M%S)
cd "$project/notebooks"
to=(--to html --output-dir "$out")
[[ -n $save ]] && to=(--to notebook --inplace --ClearMetadataPreprocessor.enabled=True)
TALON_OUTPUT=$first TALON_FIRST=$first TALON_SECOND=$second \
  "$python" -m nbconvert "${to[@]}" --execute acceptance.ipynb compare-runs.ipynb
if [[ -n $save ]]; then
  printf 'saved %s/notebooks/*.ipynb\n' "$project"
else
  printf 'open %s/*.html\n' "$out"
fi
