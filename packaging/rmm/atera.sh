#!/bin/sh
# Atera, script-based monitor that compares text: the line begins with READY, NOT READY,
# UNDECIDED or ERROR. Exit status as of preflight.
# Environment: PREFLIGHT_PROFILES.
set -u
# shellcheck disable=SC2086 # several profiles are several words
exec "${PREFLIGHT:-preflight}" run ${PREFLIGHT_PROFILES:-auvik-collector} --format line --max-chars 1000
