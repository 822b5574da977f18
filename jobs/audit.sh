#!/usr/bin/env bash
# Decodes a sample of a finished run's generations again, plainly, and shows whether the run wrote the same; --help shows all
# options.
#
#   jobs/audit.sh DIR [--sample F] [--seed S]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

submit audit "$@"
