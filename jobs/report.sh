#!/usr/bin/env bash
# Draws a finished run, or two beside each other, as one page of HTML that opens without a network; --help shows all options.
#
#   jobs/report.sh DIR [DIR] [--output FILE]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

submit report "$@"
