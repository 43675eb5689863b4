#!/bin/sh
# NinjaOne, script with a condition on its output or exit code: one line on stdout, the
# same in a custom text field. Exit 0 ready, 1 not ready, 3 undecided, 4 warnings.
# Environment: PREFLIGHT_PROFILES, PREFLIGHT_FIELD (default preflight), NINJA_CLI.
set -u
cli=${NINJA_CLI:-/opt/NinjaRMMAgent/programdata/ninjarmm-cli}
# shellcheck disable=SC2086 # several profiles are several words
line=$("${PREFLIGHT:-preflight}" run ${PREFLIGHT_PROFILES:-auvik-collector} --strict --format line --max-chars 200)
status=$?
printf '%s\n' "$line"
"$cli" set "${PREFLIGHT_FIELD:-preflight}" "$line" >&2 || echo "preflight: the custom field was not set" >&2
exit "$status"
