#!/bin/sh
# Nagios, Icinga, NRPE, Sensu, Centreon: 0 ok, 1 warning, 2 critical, 3 unknown. NRPE 2
# takes 1,024 characters.
# Environment: PREFLIGHT_PROFILES.
set -u
# shellcheck disable=SC2086 # several profiles are several words
exec "${PREFLIGHT:-preflight}" run ${PREFLIGHT_PROFILES:-auvik-collector} --format nagios --max-chars 1000
