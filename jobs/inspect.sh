#!/usr/bin/env bash
# Shows what a model directory holds, or whether two fit; --help shows all options.
#
# What is not given comes from the demo: its model and its head.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

arguments=("$@")
(($#)) || arguments=("$demo/target" "$demo/head")
submit inspect "${arguments[@]}"
