/*
 * test_ssh.c - the SSH check: identification lines, a server's KEXINIT in any
 * number of pieces, and what is no SSH.
 */
#include "tests/unit/fake_probe.h"
#include "checks/shared/sshdeep.h"
#include "core/base/wire.h"

extern const struct check check_ssh;

#define BANNER "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"
#define IDENT  "SSH-2.0-preflight_" PREFLIGHT_VERSION "\r\n"

enum { PACKET_MAX = 4096 };

static void list(struct wire *w, const char *names)
{
	wire_be32(w, (uint32_t)strlen(names));
	wire_text(w, names);
}

/* A KEXINIT as old network gear sends it. */
static size_t kexinit(uint8_t *out, const char *kex)
{
	struct wire w = wire_into(out, PACKET_MAX);
	uint8_t padding = 6;

	wire_be32(&w, 0);
	wire_u8(&w, padding);
	wire_u8(&w, 20);
	wire_zero(&w, 16);
	list(&w, kex);
	list(&w, "ssh-rsa,ssh-ed25519");
	list(&w, "aes256-ctr,aes128-cbc,3des-cbc");
	list(&w, "arcfour,aes256-ctr");
	list(&w, "hmac-sha2-256,hmac-md5");
	list(&w, "hmac-sha2-256");
	list(&w, "none");
	list(&w, "none");
	list(&w, "");
	list(&w, "");
	wire_u8(&w, 0);
	wire_be32(&w, 0);
	wire_zero(&w, padding);
	assert_false(w.full);
	wire_patch_be16(&w, 2, (uint16_t)(w.length - 4));
	return w.length;
}

static void has_the_lists(struct fake *f)
{
	assert_string_equal(fake_fact(f, "banner"),
			    "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10");
	assert_string_equal(fake_fact(f, "software"), "OpenSSH_9.2p1");
	assert_string_equal(fake_fact(f, "protocol"), "2.0");
	assert_true(facts_is_true(&f->facts, "kexinit"));
	assert_int_equal(fake_count(f, "kex"), 2);
	assert_true(fake_lists(f, "kex", "curve25519-sha256"));
	assert_int_equal(fake_count(f, "host-key-algorithms"), 2);
	assert_int_equal(fake_count(f, "ciphers"), 3);
	assert_int_equal(fake_count(f, "macs"), 2);
	assert_int_equal(fake_count(f, "weak"), 5);
	assert_true(fake_lists(f, "weak", "diffie-hellman-group1-sha1"));
	assert_true(fake_lists(f, "weak", "ssh-rsa"));
	assert_true(fake_lists(f, "weak", "aes128-cbc"));
	assert_true(fake_lists(f, "weak", "3des-cbc"));
	assert_true(fake_lists(f, "weak", "hmac-md5"));
	assert_int_equal(f->sent_length, strlen(IDENT));
	assert_memory_equal(f->sent, IDENT, strlen(IDENT));
	fake_ok(f);
}

static void a_server_is_described(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length =
	    kexinit(packet, "diffie-hellman-group1-sha1,curve25519-sha256");

	(void)state;
	fake_start(&f, &check_ssh, NULL);
	assert_int_equal(f.sends, 0); /* the server speaks first */
	fake_text(&f, BANNER);
	assert_int_equal(f.sends, 1);
	fake_stream(&f, packet, length);
	has_the_lists(&f);

	/* Banner and packet in one piece, then octet by octet. */
	fake_start(&f, &check_ssh, NULL);
	assert_true(buf_puts(&f.in, BANNER));
	fake_stream(&f, packet, length);
	has_the_lists(&f);
	fake_start(&f, &check_ssh, NULL);
	fake_drip(&f, BANNER, strlen(BANNER));
	fake_drip(&f, packet, length);
	has_the_lists(&f);
}

static void the_banner_alone_is_proof(void **state)
{
	static const enum event ends[] = {EV_EOF, EV_DEADLINE};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		fake_start(&f, &check_ssh, NULL);
		fake_text(&f, BANNER);
		fake_stream(&f, "\0\0\3", 3);
		fake_event(&f, ends[i]);
		assert_false(facts_is_true(&f.facts, "kexinit"));
		fake_ok(&f);
	}
}

static void a_broken_kexinit_is_no_failure(void **state)
{
	static const char cut_list[] =
	    "0000001c 04 14 00000000000000000000000000000000 ffffffff 6161"
	    "00000000";
	static const char *const packets[] = {
	    "00000004 04 14 0000",                    /* too short */
	    "7fffffff 04 14",                         /* too long */
	    "0000000c 04 01 00000000000000 00000000", /* another message */
	    "0000000c ff 14 00000000000000 00000000", /* all padding */
	    "0000000c 04 14 00000000000000 00000000", /* no cookie */
	    cut_list};
	struct fake f;
	uint8_t packet[64];

	(void)state;
	for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
		size_t length = fake_hex(packets[i], packet, sizeof packet);

		fake_start(&f, &check_ssh, NULL);
		fake_text(&f, BANNER);
		fake_stream(&f, packet, length);
		assert_false(facts_is_true(&f.facts, "kexinit"));
		fake_ok(&f);
	}
}

static void old_and_weak_are_told_apart(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length = kexinit(packet, "diffie-hellman-group1-sha1");

	(void)state;
	fake_start(&f, &check_ssh, NULL);
	fake_text(&f, BANNER);
	fake_stream(&f, packet, length);
	assert_int_equal(fake_count(&f, "old-only"), 1);
	assert_true(fake_lists(&f, "old-only", "kex"));
	assert_int_equal(fake_count(&f, "weak-why"), 5);
	assert_true(fake_lists(&f, "weak-why",
			       "ssh-rsa: RFC 8332 1 (SHA-1), OpenSSH 8.8"));
	fake_ok(&f);
}

/* Who asks for more than the list, and what a deep check then wants. */
static void a_deep_check_is_asked_for(void **state)
{
	static const struct credential theirs = {.name = "theirs",
						 .kind = "ssh"};
	static const struct credential *const list[] = {&theirs};
	static const struct sshdeep_params asked[] = {{.deep = false},
						      {.deep = true},
						      {.user = "netadmin"},
						      {.deep = false}};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct sshdeep_params params = asked[i];

		fake_new(&f, &check_ssh, &params);
		f.spec.credentials = list;
		f.spec.credential_count = i == 3;
		fake_event(&f, EV_START);
		if (i == 3) { /* a user is what such a credential must have */
			fake_text(&f, "SSH-1.5-old\r\n");
			fake_ok(&f);
			continue;
		}
		fake_text(&f, BANNER);
		assert_int_equal(f.sends, i == 0); /* libssh's comes later */
		assert_int_equal(f.job != NULL, i != 0);
		fake_stream(&f, "\x7f\xff\xff\xff", 4);
		if (i == 0)
			fake_ok(&f);
		else
			fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

/* libssh's own identification, then its list; silence in a deep check is no
 * proof of what was asked for. */
static void a_deep_check_speaks_first_by_a_worker(void **state)
{
	static const struct sshdeep_params deep = {.deep = true};
	static const enum event ends[] = {EV_EOF, EV_DEADLINE};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		fake_start(&f, &check_ssh, &deep);
		fake_text(&f, BANNER);
		fake_job(&f);
		assert_true(f.sends > 0);
		assert_memory_equal(f.sent, "SSH-2.0-libssh_", 15);
		assert_int_equal(f.wait_ms, 10000);
		assert_string_equal(fake_fact(&f, "stage"), "key-exchange");
		assert_string_equal(fake_fact(&f, "user"), "preflight");
		fake_event(&f, ends[i]);
		fake_waits(&f);
	}
}

static void many_algorithms_are_bounded(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	char kex[2000] = "";

	(void)state;
	for (size_t i = 0; i < sizeof kex - 1; i++)
		kex[i] = i % 4 == 3 ? ',' : 'a';
	size_t length = kexinit(packet, kex);
	fake_start(&f, &check_ssh, NULL);
	fake_text(&f, BANNER);
	fake_stream(&f, packet, length);
	assert_int_equal(fake_count(&f, "kex"), FACTS_LIST_MAX);
	fake_ok(&f);
}

static void old_versions_are_told_apart(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_ssh, NULL);
	fake_text(&f, "SSH-1.5-Cisco-1.25\n");
	assert_string_equal(fake_fact(&f, "protocol"), "1.5");
	assert_int_equal(f.sends, 0);
	fake_ok(&f);

	fake_start(&f, &check_ssh, NULL);
	fake_text(&f, "SSH-1.99-Cisco-1.25\n");
	assert_string_equal(fake_fact(&f, "protocol"), "1.99");
	assert_string_equal(fake_fact(&f, "software"), "Cisco-1.25");
	assert_int_equal(f.sends, 1);
	fake_event(&f, EV_EOF);
	fake_ok(&f);
}

static void lines_before_the_banner_are_allowed(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_ssh, NULL);
	fake_text(&f, "Authorised\x1b]0;x\x07 users\r\n\r\nonly\n" BANNER);
	assert_string_equal(fake_fact(&f, "greeting"),
			    "Authorised\\x1b]0;x\\x07 users");
	fake_event(&f, EV_DEADLINE);
	fake_ok(&f);

	fake_start(&f, &check_ssh, NULL);
	for (int i = 0; i < 20; i++)
		fake_text(&f, "no end\n");
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void other_text_is_a_bad_reply(void **state)
{
	static const char *const texts[] = {"HTTP/1.1 400 Bad Request\r\n\r\n",
					    "220 ftp\r\n",
					    "SSH-\r\n",
					    "SSH-3.0-x\r\n",
					    "SSH-2.0\r\n",
					    "\xff\xfb\x01"};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		fake_start(&f, &check_ssh, NULL);
		fake_text(&f, texts[i]);
		fake_event(&f, EV_DEADLINE);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
	fake_start(&f, &check_ssh, NULL);
	for (size_t i = 0; i < 2000 && !f.done; i++)
		fake_text(&f, "no newline ever");
	assert_true(f.in.length <= 4096 + 16);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void a_full_server_says_so(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_ssh, NULL);
	fake_text(&f, "Exceeded MaxStartups\r\n");
	fake_event(&f, EV_EOF);
	assert_string_equal(fake_fact(&f, "greeting"), "Exceeded MaxStartups");
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
}

static void silence_and_slowness_are_timeouts(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_ssh, NULL);
	fake_event(&f, EV_DEADLINE);
	fake_waits(&f);
	fake_start(&f, &check_ssh, NULL);
	fake_text(&f, "SSH-2.0-Open");
	fake_event(&f, EV_DEADLINE);
	fake_waits(&f);
	fake_start(&f, &check_ssh, NULL);
	fake_event(&f, EV_EOF); /* the engine records the reset */
	fake_waits(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_server_is_described),
	    cmocka_unit_test(the_banner_alone_is_proof),
	    cmocka_unit_test(a_broken_kexinit_is_no_failure),
	    cmocka_unit_test(old_and_weak_are_told_apart),
	    cmocka_unit_test(a_deep_check_is_asked_for),
	    cmocka_unit_test(a_deep_check_speaks_first_by_a_worker),
	    cmocka_unit_test(many_algorithms_are_bounded),
	    cmocka_unit_test(old_versions_are_told_apart),
	    cmocka_unit_test(lines_before_the_banner_are_allowed),
	    cmocka_unit_test(other_text_is_a_bad_reply),
	    cmocka_unit_test(a_full_server_says_so),
	    cmocka_unit_test(silence_and_slowness_are_timeouts),
	};

	return cmocka_run_group_tests_name("ssh", tests, NULL, NULL);
}
