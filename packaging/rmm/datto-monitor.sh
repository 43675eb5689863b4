#!/bin/sh
# Datto RMM, component of category Monitor: the result between its markers, and a
# diagnostic for the alert. Exit 0: good; else the monitor alerts.
# Variables of the component: PREFLIGHT_PROFILES, and PREFLIGHT_... of any option.
set -u
# shellcheck disable=SC2086 # several profiles are several words
exec "${PREFLIGHT:-preflight}" run ${PREFLIGHT_PROFILES:-auvik-collector} --format datto --max-chars 8000
