#!/usr/bin/env bash
# Says which settings a finished run should have had, without decoding anything; --help shows all options.
#
#   jobs/tune.sh DIR [--batches B,B,...] [--json]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

submit tune "$@"
