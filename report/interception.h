/*
 * interception.h - who answered in the place of the target: an inspector, a
 * captive portal, a block page, a hijacked name. Told apart by what each must
 * do: an inspector forges the right name for every host; a portal shows every
 * visitor its own page; a block page stands for single hosts; a hijack needs
 * unrelated names at one address.
 */
#ifndef PREFLIGHT_STRANGERS_H
#define PREFLIGHT_STRANGERS_H

#include "report/map.h"
#include "report/correlation.h"

/* Fills in the views' `stranger`, and inspector and portal of the survey. */
void strangers_find(struct survey *s);

enum tls_trust strangers_trust(const struct facts *f);
/* The certificate in the facts is for that host. */
bool strangers_name_matches(const struct facts *f, const char *host);

#endif
