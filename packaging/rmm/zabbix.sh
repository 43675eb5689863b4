#!/bin/sh
# Zabbix: sends the values by zabbix_sender; items of type trapper, requirements by
# low-level discovery (preflight.requirements.discovery). Exit: that of zabbix_sender, or
# 2 where preflight could not run.
# Environment: PREFLIGHT_PROFILES; ZABBIX_SENDER, the words that call it.
set -u
values=$(mktemp) || exit 2
trap 'rm -f "$values"' EXIT
# shellcheck disable=SC2086 # several profiles are several words
"${PREFLIGHT:-preflight}" run ${PREFLIGHT_PROFILES:-auvik-collector} --format zabbix >"$values"
[ -s "$values" ] || exit 2
# shellcheck disable=SC2086 # a command and its options
${ZABBIX_SENDER:-zabbix_sender -c /etc/zabbix/zabbix_agentd.conf} -i "$values"
