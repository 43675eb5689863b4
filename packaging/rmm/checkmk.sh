#!/bin/sh
# Checkmk, local check (/usr/lib/check_mk_agent/local/3600/preflight: the agent runs it
# once an hour): a service for the site and one for each requirement. Exit 0 always: the
# state is in the line.
# Environment: PREFLIGHT_PROFILES.
set -u
# shellcheck disable=SC2086 # several profiles are several words
"${PREFLIGHT:-preflight}" run ${PREFLIGHT_PROFILES:-auvik-collector} --format checkmk
exit 0
