/*
 * gentime.h - GeneralizedTime (X.680 46) as LDAP and Kerberos write it.
 */
#ifndef PREFLIGHT_GENTIME_H
#define PREFLIGHT_GENTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * "20261121104333Z", "20261121104333.0Z": microseconds since 1970. False for
 * everything else, also for times without seconds or in a zone (RFC 4517 3.3.13
 * allows them, no server sends them).
 */
bool gentime_read(const uint8_t *text, size_t length, int64_t *wall_us);

/* Days from 1970-01-01 to a day of the years 0 to 9999; from 1 each. */
int64_t gentime_days(int year, int month, int day);
/* The reverse. */
void gentime_date(int64_t days, unsigned *year, unsigned *month, unsigned *day);

#endif
