#!/bin/sh
# PRTG, sensor SSH Script Advanced (/var/prtg/scriptsxml): XML with at most 50 channels,
# whose limits set the sensor's state. Exit 0 always: an error is in the XML.
# Environment: PREFLIGHT_PROFILES.
set -u
# shellcheck disable=SC2086 # several profiles are several words
"${PREFLIGHT:-preflight}" run ${PREFLIGHT_PROFILES:-auvik-collector} --format prtg-xml
exit 0
