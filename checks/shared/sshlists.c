/* sshlists.c - what an SSH server offers, as facts. */
#include "checks/shared/sshlists.h"

#include "checks/shared/sshsession.h"
#include "core/base/text.h"

#include <stdio.h>

/* The facts that hold the lists. */
static const char *const sshlists_facts[SSHMSG_LISTS] = {
    "kex", "host-key-algorithms", "ciphers", "macs"};

static void sshlists_one(struct probe *p, const struct sshmsg_kexinit *k,
			 enum sshmsg_list list)
{
	struct cursor names = k->lists[list];
	char name[SSHMSG_NAME_MAX], text[TEXT_MAX];
	const char *source;

	while (sshmsg_next(&names, name)) {
		fact_append(p, sshlists_facts[list], name);
		if (sshmsg_standing(list, name, &source) == SSHMSG_FINE)
			continue;
		fact_append(p, "weak", name);
		snprintf(text, sizeof text, "%s: %s", name, source);
		fact_append(p, "weak-why", text);
	}
	if (sshmsg_is_old(k, list))
		fact_append(p, "old-only", sshmsg_list_name(list));
}

void sshlists_tell(struct probe *p, const struct sshmsg_kexinit *k)
{
	for (enum sshmsg_list i = SSHMSG_KEX; i < SSHMSG_LISTS; i++)
		sshlists_one(p, k, i);
}

void sshlists_offer(struct probe *p)
{
	const char *offers[SSHMSG_LISTS];
	uint8_t packet[SSHMSG_OFFER_MAX];

	for (enum sshmsg_list i = SSHMSG_KEX; i < SSHMSG_LISTS; i++)
		offers[i] = sshsession_offer(i);
	probe_send(p, packet, sshmsg_offer(packet, offers));
}
