#!/usr/bin/env bash
# Compares two finished runs on the same prompts, pair by pair; --help shows all options.
#
#   jobs/compare.sh DIR DIR [--json]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

submit compare "$@"
