/* tls_weak_key.c - a trusted certificate whose key others refuse. */
#include "report/diagnose/diagnose.h"

static void tls_weak_keys(struct diagnosis *d);

const struct finding_entry finding_tls_weak_key = {
    .code = "tls-weak-key",
    .rules = {{3710, tls_weak_keys}},
    .owner = OWNER_VENDOR,
    .title = "The certificate of {subject} has a key that current TLS "
	     "libraries refuse: {detail}",
    .meaning = "The handshake works from here. A product whose TLS library "
	       "wants 112 bits of security (RSA of 2048 bits), as current "
	       "systems do by default, ends it; one with an older library "
	       "connects.",
    .decided = "The key in the server's certificate.",
    .remedies =
	{{OWNER_VENDOR, {"Report the certificate to the owner of {subject}"}},
	 {OWNER_DEVICE,
	  {"Give {subject} a certificate with RSA of 2048 bits or more, "
	   "or ECDSA (often a firmware update)",
	   "Ask the product's vendor whether it still connects to such "
	   "devices"}}},
    .confirm_by = "openssl s_client -showcerts against {subject}",
};

static void tls_weak_keys(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const char *key;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		key = correlation_weak_key(diagnosis_result(d, i));
		if (key == NULL)
			continue;
		f = candidate_for(d, &finding_tls_weak_key,
				  diagnosis_target(d, i));
		candidate_service(d, f, i);
		f->subject = diagnosis_target(d, i);
		f->detail = key;
		candidate_line(d, f, "its certificate has the key: %s", key);
		candidate_claim(d, f, i);
	}
}
