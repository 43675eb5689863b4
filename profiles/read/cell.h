/*
 * cell.h - what people write into the cells of a list of devices.
 */
#ifndef PREFLIGHT_CELL_H
#define PREFLIGHT_CELL_H

#include <stdbool.h>
#include <stddef.h>

enum { CELL_TEXT = 1024 };

/* "", "N/A", "tba", "-", "DHCP": there is nothing yet. */
bool cell_is_nothing(const char *text);
/* "=B2+1": a formula, not its value. */
bool cell_is_formula(const char *text);
/* A numeric address, a network or a range; also with leading zeros. */
bool cell_is_address(const char *text);
/*
 * An address as inventories write it: the host of a URL or of HOST:PORT,
 * numbers without leading zeros, a netmask as prefix, a range without blanks,
 * the first of several. NULL where it was that already, else what was done.
 */
const char *cell_address(const char *text, char out[static CELL_TEXT]);
/* A name without the characters that separate the parts of result ids, at most
 * 64 bytes long; "" for nothing. */
const char *cell_name(const char *text, char out[static CELL_TEXT]);

#endif
