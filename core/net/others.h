/*
 * others.h - who else answered: datagrams that came to the port that asked,
 * from an address or a port that was not asked.
 *
 * Evidence, and never a witness: whoever sees a question can send one.
 */
#ifndef PREFLIGHT_OTHERS_H
#define PREFLIGHT_OTHERS_H

#include "core/base/addr.h"
#include "core/base/facts.h"

#include <stdbool.h>
#include <stddef.h>

enum { OTHERS_MAX = 3 }; /* the first ones: a flood is not told in full */

struct others {
	size_t count;
	struct addr list[OTHERS_MAX];
};

/* With its port; one that is known already, or one too many, is left out. */
void others_note(struct others *o, const struct addr *sender);
/* As the fact "answers-from": "10.0.0.3 port 161"; none twice. */
void others_facts(const struct others *o, struct facts *out);

#endif
