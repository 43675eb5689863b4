#!/bin/sh
# N-able N-sight, script check: exit 0 passes, any other fails; the output is shown, of
# which N-sight takes 10,000 characters. Warnings pass, and are in the output.
# Environment: PREFLIGHT_PROFILES.
set -u
# shellcheck disable=SC2086 # several profiles are several words
exec "${PREFLIGHT:-preflight}" run ${PREFLIGHT_PROFILES:-auvik-collector} --format text --quiet --color never --max-chars 9900
