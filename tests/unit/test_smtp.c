/*
 * test_smtp.c - the SMTP check: its dialogue with Postfix's words, STARTTLS in
 * all its turns, and replies that say no.
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
#define SECURE "250-mail.example.com\r\n250-AUTH PLAIN LOGIN\r\n250 DSN\r\n"

static const struct smtp_params off;
static struct tls_evidence evidence;
static bool tls_asked;

void probe_start_tls(struct probe *p, const char *alpn)
{
	(void)p;
	assert_null(alpn);
	tls_asked = true;
}

const struct tls_evidence *probe_tls(const struct probe *p)
{
	(void)p;
	return &evidence;
}

/* What was sent last. */
static void said(const struct fake *f, const char *line)
{
	size_t at = f->send_at[f->sends - 1];

	assert_int_equal(f->sent_length - at, strlen(line));
	assert_memory_equal(f->sent + at, line, strlen(line));
}

static void begin(struct fake *f, const struct smtp_params *params)
{
	tls_asked = false;
	evidence.trust = TLS_TRUST_UNKNOWN_ROOT;
	fake_start(f, &check_smtp, params);
	assert_int_equal(f->sent_length, 0); /* never before the banner */
}

static void greeted(struct fake *f, const struct smtp_params *params)
{
	begin(f, params);
	fake_text(f, BANNER);
	said(f, "EHLO preflight.invalid\r\n");
}

static void a_server_is_described(void **state)
{
	struct fake f;

	(void)state;
	begin(&f, &off);
	fake_drip(&f, BANNER, strlen(BANNER));
	fake_drip(&f, OFFERS, strlen(OFFERS));
	said(&f, "QUIT\r\n");
	assert_false(f.done);
	fake_text(&f, "221 2.0.0 Bye\r\n");
	assert_string_equal(fake_fact(&f, "banner"),
			    "mail.example.com ESMTP Postfix");
	assert_true(facts_is_true(&f.facts, "starttls"));
	assert_int_equal(fake_number(&f, "size"), 10240000);
	assert_int_equal(fake_count(&f, "auth"), 0);
	assert_int_equal(f.sends, 2);
	fake_ok(&f);
}

static void the_goodbye_does_not_matter(void **state)
{
	static const enum event ends[] = {EV_EOF, EV_DEADLINE};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		greeted(&f, &off);
		fake_text(&f, "250 mail\r\n");
		fake_event(&f, ends[i]);
		assert_false(facts_is_true(&f.facts, "starttls"));
		fake_ok(&f);
	}
	greeted(&f, &off);
	fake_text(&f, "250 mail\r\n");
	fake_text(&f, "nonsense");
	fake_ok(&f);
}

static void an_old_server_is_greeted_again(void **state)
{
	struct fake f;

	(void)state;
	greeted(&f, &off);
	fake_text(&f, "500 what?\r\n");
	said(&f, "HELO preflight.invalid\r\n");
	fake_text(&f, "250 hello\r\n");
	said(&f, "QUIT\r\n");
	fake_event(&f, EV_EOF);
	fake_ok(&f);
	greeted(&f, &off);
	fake_text(&f, "502 what?\r\n");
	fake_text(&f, "502 what?\r\n");
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void starttls_works(void **state)
{
	const struct smtp_params required = {.starttls = REQUIRED};
	struct fake f;

	(void)state;
	greeted(&f, &required);
	fake_text(&f, "250-mail\r\n250-AUTH CRAM-MD5\r\n250 STARTTLS\r\n");
	said(&f, "STARTTLS\r\n");
	fake_text(&f, "220 2.0.0 Ready\r\n");
	assert_true(tls_asked);
	fake_event(&f, EV_TLS);
	said(&f, "EHLO preflight.invalid\r\n");
	fake_text(&f, SECURE);
	said(&f, "QUIT\r\n");
	fake_event(&f, EV_EOF);
	assert_true(facts_is_true(&f.facts, "starttls"));
	assert_int_equal(fake_count(&f, "auth"), 2);
	assert_true(fake_lists(&f, "auth", "PLAIN"));
	assert_true(fake_lists(&f, "auth", "LOGIN"));
	fake_ok(&f);
}

static void starttls_is_judged(void **state)
{
	const struct smtp_params verify = {.starttls = REQUIRED,
					   .verify = true};
	struct fake f;

	(void)state;
	for (int trusted = 0; trusted < 2; trusted++) {
		greeted(&f, &verify);
		fake_text(&f, OFFERS);
		fake_text(&f, "220 Ready\r\n");
		if (trusted)
			evidence.trust = TLS_TRUST_PUBLIC;
		fake_event(&f, EV_TLS);
		if (!trusted) {
			fake_ended(&f, PHASE_TLS, CAUSE_UNTRUSTED);
			continue;
		}
		fake_text(&f, SECURE);
		fake_event(&f, EV_EOF);
		fake_ok(&f);
	}
}

static void starttls_is_not_to_be_had(void **state)
{
	const struct smtp_params offered = {.starttls = OFFERED};
	const struct smtp_params required = {.starttls = REQUIRED};
	const struct smtp_params *const params[] = {&offered, &required};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		greeted(&f, params[i]);
		fake_text(&f, SECURE);
		said(&f, "QUIT\r\n"); /* in good order */
		fake_event(&f, EV_EOF);
		assert_false(tls_asked);
		fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
	}
	greeted(&f, &offered);
	fake_text(&f, OFFERS);
	said(&f, "QUIT\r\n"); /* being listed is enough */
	fake_event(&f, EV_EOF);
	fake_ok(&f);
	greeted(&f, &required);
	fake_text(&f, OFFERS);
	fake_text(&f, "454 not now\r\n");
	assert_int_equal(fake_number(&f, "code"), 454);
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
	/* Words in clear behind the 220 are not the server's. */
	greeted(&f, &required);
	fake_text(&f, OFFERS);
	fake_text(&f, "220 go\r\n250 injected\r\n");
	assert_false(tls_asked);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void refuses(const char *text, enum cause cause)
{
	struct fake f;

	begin(&f, &off);
	fake_text(&f, text);
	assert_int_equal(f.sent_length, 0);
	fake_ended(&f, PHASE_REPLY, cause);
}

static void refusals(void **state)
{
	struct fake f;

	(void)state;
	refuses("554 no\r\n", CAUSE_REJECTED);
	refuses("554-no\r\n554 never\r\n", CAUSE_REJECTED);
	refuses("421 later\r\n", CAUSE_REJECTED);
	refuses("200 news\r\n", CAUSE_BAD_REPLY);
	refuses("+OK pop\r\n", CAUSE_BAD_REPLY);
	refuses("* OK imap\r\n", CAUSE_BAD_REPLY);
	greeted(&f, &off);
	fake_text(&f, "550-bad\r\n550 name\r\n");
	assert_string_equal(fake_fact(&f, "refusal"), "name");
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
	greeted(&f, &off); /* as vsftpd answers */
	fake_text(&f, "530 Please login with USER and PASS.\r\n");
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	greeted(&f, &off);
	fake_text(&f, "250-a\r\n");
	fake_event(&f, EV_EOF);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	greeted(&f, &off);
	fake_event(&f, EV_EOF); /* the engine records the reset */
	fake_waits(&f);
}

static void offers_are_bounded(void **state)
{
	struct fake f;

	(void)state;
	greeted(&f, &off);
	fake_text(&f, "250-x\r\n250-size 99999999999999999999\r\n250-AUTH\r\n"
		      "250-AUTH=OLD\r\n250-Auth   A  B \r\n250 SIZE\r\n");
	fake_event(&f, EV_EOF);
	assert_int_equal(fake_number(&f, "size"), INT64_MIN);
	assert_int_equal(fake_count(&f, "auth"), 2);
	assert_true(fake_lists(&f, "auth", "A"));
	assert_true(fake_lists(&f, "auth", "B"));
	fake_ok(&f);
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
	    cmocka_unit_test(a_server_is_described),
	    cmocka_unit_test(the_goodbye_does_not_matter),
	    cmocka_unit_test(an_old_server_is_greeted_again),
	    cmocka_unit_test(starttls_works),
	    cmocka_unit_test(starttls_is_judged),
	    cmocka_unit_test(starttls_is_not_to_be_had),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(offers_are_bounded),
	    cmocka_unit_test(parameters),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("smtp", tests, NULL, NULL);
}
