/*
 * test_ssh.c - the SSH check: a broken KEXINIT, and when a deep check begins.
 * The rest is in tests/checks/ssh.py and ssh_deep.py.
 */
#include "tests/unit/fake_probe.h"
#include "checks/shared/sshdeep.h"

#include <stdio.h>

extern const struct check check_ssh;

#define BANNER "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"

static void a_broken_kexinit_is_no_ssh(void **state)
{
	static const char cut_list[] =
	    "0000001c 04 14 00000000000000000000000000000000 ffffffff 6161"
	    "00000000";
	static const char *const packets[] = {
	    "00000004 04 14 0000",                    /* too short */
	    "7fffffff 04 14",                         /* too long */
	    "0000000c 04 05 00000000000000 00000000", /* another message */
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
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
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
		assert_int_equal(f.wait_ms, 15000);
		assert_string_equal(fake_fact(&f, "stage"), "key-exchange");
		assert_string_equal(fake_fact(&f, "user"), "preflight");
		fake_event(&f, ends[i]);
		fake_waits(&f);
	}
}

/* What is sent to a server that waits: a packet that says what we offer. */
static void our_own_list_is_a_whole_packet(void **state)
{
	static const char *const names[SSHMSG_LISTS] = {"a,b", "ssh-ed25519",
							"aes256-ctr", "mac"};
	uint8_t packet[SSHMSG_OFFER_MAX];
	size_t length = sshmsg_offer(packet, names);
	struct cursor c = cursor_over(packet, length), payload;
	struct sshmsg_kexinit k;
	char name[SSHMSG_NAME_MAX];

	(void)state;
	assert_true(length > 0 && length % 8 == 0);
	assert_int_equal(sshmsg_packet(&c, &payload), SSHMSG_WHOLE);
	assert_int_equal(cursor_left(&c), 0);
	assert_true(sshmsg_kexinit(&payload, &k));
	assert_true(sshmsg_common(k.lists[SSHMSG_KEX], "b", name));
	assert_true(sshmsg_common(k.back[SSHMSG_MAC], "mac", name));
}

/* The control's question: identification, then the list. */
static void keys_are_offered_after_the_identification(void **state)
{
	static const char *const names[SSHMSG_LISTS] = {"a", "b", "c", "d"};
	uint8_t all[SSHMSG_OFFER_MAX + 64];
	size_t head = (size_t)snprintf((char *)all, 64, "hello\r\n" BANNER);
	size_t length = head + sshmsg_offer(all + head, names);

	(void)state;
	assert_true(sshmsg_offers_keys(all, length));
	for (size_t i = 0; i < length; i++)
		assert_false(sshmsg_offers_keys(all, i));
	all[head + 5] = SSHMSG_IGNORE;
	assert_false(sshmsg_offers_keys(all, length));
	assert_false(sshmsg_offers_keys("SSH-\n\xff\xff\xff\xff", 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_broken_kexinit_is_no_ssh),
	    cmocka_unit_test(a_deep_check_is_asked_for),
	    cmocka_unit_test(a_deep_check_speaks_first_by_a_worker),
	    cmocka_unit_test(our_own_list_is_a_whole_packet),
	    cmocka_unit_test(keys_are_offered_after_the_identification),
	};

	return cmocka_run_group_tests_name("ssh", tests, NULL, NULL);
}
