/* recogniser_find.c - which recogniser knows these octets. */
#include "listen/recogniser.h"

static bool recogniser_speaks(const struct recogniser *r,
			      enum transport transport)
{
	enum transport each[2];
	size_t count = transports_each(r->transports, each);

	return (count > 0 && each[0] == transport) ||
	       (count > 1 && each[1] == transport);
}

bool recogniser_is_usual(const struct recogniser *r, enum transport transport,
			 uint16_t port)
{
	for (const uint16_t *p = r->ports; *p != 0; p++)
		if (*p == port)
			return recogniser_speaks(r, transport);
	return false;
}

const struct recogniser *recogniser_for(enum transport transport, uint16_t port)
{
	for (size_t i = 0; recogniser_registry[i] != NULL; i++)
		if (recogniser_is_usual(recogniser_registry[i], transport,
					port))
			return recogniser_registry[i];
	return NULL;
}

enum recognised recogniser_ask(uint16_t port, const struct recognised_bytes *in,
			       const struct recogniser **out,
			       char said[RECOGNISED_SAID])
{
	bool more = false;

	*out = NULL;
	said[0] = '\0';
	for (int usual = 1; usual >= 0; usual--) {
		for (size_t i = 0; recogniser_registry[i] != NULL; i++) {
			const struct recogniser *r = recogniser_registry[i];
			enum recognised what;

			if (!recogniser_speaks(r, in->transport) ||
			    recogniser_is_usual(r, in->transport, port) !=
				(usual == 1))
				continue;
			what = r->read(in, said);
			more |= what == RECOGNISED_MORE;
			if (what == RECOGNISED_YES) {
				*out = r;
				return what;
			}
			said[0] = '\0';
		}
	}
	return more ? RECOGNISED_MORE : RECOGNISED_NO;
}
