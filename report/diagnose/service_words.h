/*
 * service_words.h - words of a remedy that depend on the protocol and on who
 * runs the host: a web server has no VTY, and UDP no reset.
 */
#ifndef PREFLIGHT_SERVICE_WORDS_H
#define PREFLIGHT_SERVICE_WORDS_H

#include "report/diagnose/diagnose.h"

/* What limits who may connect: "access lists (VTY)"; {access}. */
const char *service_words_access(const struct diagnosis *d,
				 const struct candidate *f);
/* How the service is made to run, as an imperative; {start}. */
const char *service_words_start(const struct diagnosis *d,
				const struct candidate *f);
/* How a firewall rejects these transports: "with a TCP reset"; {reject}. */
const char *service_words_reject(const struct diagnosis *d,
				 const struct candidate *f);
/* Where to ask whether the service is up, as an imperative; {inquire}. */
const char *service_words_inquire(const struct diagnosis *d,
				  const struct candidate *f);

#endif
