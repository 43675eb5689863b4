/*
 * test_smtp.c - the SMTP check: its parameters, and a dialogue in Postfix's
 * words, changed and cut. The rest is in tests/checks/smtp.py.
 */
#include "tests/unit/fake_harm.h"
#include "core/net/tls.h"

extern const struct check check_smtp;

/* The check's own struct, by its table. */
struct smtp_params {
	int starttls;
	bool verify;
};
enum { OFF, OFFERED, REQUIRED };

#define BANNER "220 mail.example.com ESMTP Postfix\r\n"
#define OFFERS                                                            \
	"250-mail.example.com\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n" \
	"250-STARTTLS\r\n250 CHUNKING\r\n"

static const struct smtp_params off;

void probe_start_tls(struct probe *p, const char *alpn)
{
	(void)p;
	(void)alpn;
}

const struct tls_evidence *probe_tls(const struct probe *p)
{
	static const struct tls_evidence none;

	(void)p;
	return &none;
}

static void parameters(void **state)
{
	const struct smtp_params verify = {.verify = true};
	const struct smtp_params both = {.starttls = REQUIRED, .verify = true};
	struct error err;

	(void)state;
	assert_int_equal(check_smtp.params_size, sizeof both);
	assert_int_equal(check_smtp.validate(&off, &err), 0);
	assert_int_equal(check_smtp.validate(&both, &err), 0);
	assert_int_equal(check_smtp.validate(&verify, &err), -1);
}

static void any_harm(void **state)
{
	static const char replies[] = BANNER OFFERS "221 bye\r\n";

	(void)state;
	fake_harm(&check_smtp, &off, replies, sizeof replies - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parameters),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("smtp", tests, NULL, NULL);
}
