/*
 * interception.h - who answered instead of the target: an inspector, a
 * captive portal, a block page, a hijacked name. Told apart by what each must
 * do: an inspector forges the right name for every host; a portal shows every
 * visitor its own page; a block page stands for single hosts; a hijack needs
 * unrelated names at one address.
 */
#ifndef PREFLIGHT_INTERCEPTION_H
#define PREFLIGHT_INTERCEPTION_H

#include "report/map.h"
#include "report/correlation.h"

/* Fills in the contexts' `interceptor`, and inspector and portal of the
 * correlation.
 */
void interception_find(struct correlation *s);

enum tls_trust interception_trust(const struct facts *f);
/* The certificate in the facts is for that host. */
bool interception_name_matches(const struct facts *f, const char *host);

#endif
