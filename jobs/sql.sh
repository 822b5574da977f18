#!/usr/bin/env bash
# Asks the tables of finished runs in Spark SQL; --help shows the views.
#
#   jobs/sql.sh DIR... [VIEW|QUERY|FILE.sql] [--csv|--json]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

submit sql "$@"
