/*
 * test_sshmsg.c - an SSH server's first packet, the standing of algorithms, and
 * what a client with given names agrees on; and what happens once.
 */
#include "core/base/spec.h"
#include "core/proto/sshmsg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 2048 };

static void put(struct wire *w, const char *names)
{
	wire_be32(w, (uint32_t)strlen(names));
	wire_text(w, names);
}

/* The lists of a KEXINIT, in a block of exactly its size. */
static struct sshmsg_kexinit lists(const char *kex, const char *keys,
				   const char *ciphers, const char *macs)
{
	static uint8_t *block;
	uint8_t room[ROOM];
	struct wire w = wire_into(room, sizeof room);
	struct sshmsg_kexinit k;
	struct cursor c;

	wire_u8(&w, 20);
	wire_zero(&w, 16);
	put(&w, kex);
	put(&w, keys);
	put(&w, ciphers);
	put(&w, "aes256-ctr");
	put(&w, macs);
	put(&w, "hmac-sha2-256");
	free(block);
	block = malloc(w.length);
	memcpy(block, room, w.length);
	c = cursor_over(block, w.length);
	assert_true(sshmsg_kexinit(&c, &k));
	return k;
}

static void packets(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		enum sshmsg_packet is;
	} cases[] = {
	    {"", 0, SSHMSG_MORE},
	    {"\0\0\0", 3, SSHMSG_MORE},
	    {"\0\0\0\x0b", 4, SSHMSG_BAD},
	    {"\0\0\0\x0c", 4, SSHMSG_MORE},
	    {"\0\0\x88\xb8", 4, SSHMSG_MORE},
	    {"\0\0\x88\xb9", 4, SSHMSG_BAD},
	    {"\xff\xff\xff\xff", 4, SSHMSG_BAD},
	    {"\0\0\0\x0c\x04\x14"
	     "ABCDEF\0\0\0",
	     15, SSHMSG_MORE},
	    {"\0\0\0\x0c\x04\x14"
	     "ABCDEF\0\0\0\0",
	     16, SSHMSG_WHOLE},
	    {"\0\0\0\x0c\x0b\0\0\0\0\0\0\0\0\0\0\0", 16, SSHMSG_BAD},
	    {"\0\0\0\x0c\xff\0\0\0\0\0\0\0\0\0\0\0", 16, SSHMSG_BAD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cursor payload,
		    c = cursor_over(cases[i].bytes, cases[i].length);

		assert_int_equal(sshmsg_packet(&c, &payload), cases[i].is);
		if (cases[i].is != SSHMSG_WHOLE)
			continue;
		assert_int_equal(cursor_left(&payload), 7);
		assert_int_equal(cursor_left(&c), 0);
		assert_memory_equal(payload.at,
				    "\x14"
				    "ABCDEF",
				    7);
	}
}

static void names_are_read_one_by_one(void **state)
{
	static const char text[] = ",one,,two,\x1b[2J,";
	struct cursor c = cursor_over(text, sizeof text - 1);
	char name[SSHMSG_NAME_MAX];

	(void)state;
	assert_true(sshmsg_next(&c, name));
	assert_string_equal(name, "one");
	assert_true(sshmsg_next(&c, name));
	assert_string_equal(name, "two");
	assert_true(sshmsg_next(&c, name));
	assert_string_equal(name, "\\x1b[2J");
	assert_false(sshmsg_next(&c, name));
	assert_false(sshmsg_next(&c, name));
}

/* The lists that came before the end are kept. */
static void a_cut_list(void **state)
{
	static const char text[] = "\x14"
				   "0123456789abcdef\0\0\0\1x\0\0\0\xff"
				   "yy";
	struct cursor c = cursor_over(text, sizeof text - 1);
	struct sshmsg_kexinit k;
	char name[SSHMSG_NAME_MAX];

	(void)state;
	assert_false(sshmsg_kexinit(&c, &k));
	assert_true(sshmsg_next(&k.lists[SSHMSG_KEX], name));
	assert_false(sshmsg_next(&k.lists[SSHMSG_HOST_KEY], name));
	assert_false(sshmsg_next(&k.lists[SSHMSG_MAC], name));
}

static void standings(void **state)
{
	static const struct {
		enum sshmsg_list list;
		const char *name;
		enum sshmsg_standing is;
		const char *source; /* a part of it */
	} cases[] = {
	    {SSHMSG_KEX, "diffie-hellman-group1-sha1", SSHMSG_OFF, "RFC 9142"},
	    {SSHMSG_KEX, "diffie-hellman-group14-sha1", SSHMSG_OFF, "8.2"},
	    {SSHMSG_KEX, "diffie-hellman-group14-sha256", SSHMSG_FINE, NULL},
	    {SSHMSG_KEX, "gss-gex-sha1-toWM5Slw5Ew8Mqkay+al2g==", SSHMSG_WEAK,
	     "RFC 9142"},
	    {SSHMSG_KEX, "kex-strict-s-v00@openssh.com", SSHMSG_FINE, NULL},
	    {SSHMSG_HOST_KEY, "ssh-rsa", SSHMSG_OFF, "RFC 8332"},
	    {SSHMSG_HOST_KEY, "rsa-sha2-256", SSHMSG_FINE, NULL},
	    {SSHMSG_HOST_KEY, "ssh-rsa-cert-v01@openssh.com", SSHMSG_OFF,
	     "8.8"},
	    {SSHMSG_CIPHER, "arcfour256", SSHMSG_OFF, "RFC 8758"},
	    {SSHMSG_CIPHER, "3des-cbc", SSHMSG_OFF, "7.4"},
	    {SSHMSG_CIPHER, "aes256-cbc", SSHMSG_OFF, "7.6"},
	    {SSHMSG_CIPHER, "aes256-ctr", SSHMSG_FINE, NULL},
	    {SSHMSG_MAC, "hmac-md5-96-etm@openssh.com", SSHMSG_OFF, "RFC 6151"},
	    {SSHMSG_MAC, "hmac-sha1", SSHMSG_FINE, NULL},
	    {SSHMSG_MAC, "hmac-sha1-96", SSHMSG_OFF, "7.2"},
	    /* A word of one list says nothing in another. */
	    {SSHMSG_KEX, "ssh-rsa", SSHMSG_FINE, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *source = "?";

		assert_int_equal(
		    sshmsg_standing(cases[i].list, cases[i].name, &source),
		    cases[i].is);
		if (cases[i].source == NULL)
			assert_null(source);
		else
			assert_non_null(strstr(source, cases[i].source));
	}
}

static bool old(const char *kex, const char *ciphers, const char *macs,
		enum sshmsg_list list)
{
	struct sshmsg_kexinit k = lists(kex, "ssh-rsa", ciphers, macs);

	return sshmsg_is_old(&k, list);
}

static void nothing_that_current_clients_use(void **state)
{
	static const char group1[] = "diffie-hellman-group1-sha1";

	(void)state;
	assert_true(old(group1, "aes256-ctr", "hmac-md5", SSHMSG_KEX));
	assert_true(old(group1, "aes256-ctr", "hmac-md5", SSHMSG_HOST_KEY));
	assert_false(old(group1, "aes256-ctr", "hmac-md5", SSHMSG_CIPHER));
	assert_true(old(group1, "aes256-ctr", "hmac-md5", SSHMSG_MAC));
	/* One good one, an unknown one, or none at all. */
	assert_false(old("diffie-hellman-group1-sha1,curve25519-sha256", "", "",
			 SSHMSG_KEX));
	assert_false(old("diffie-hellman-group1-sha1,mine@example.com", "", "",
			 SSHMSG_KEX));
	assert_false(old("", "", "", SSHMSG_KEX));
	/* What is weak, and all the same not switched off. */
	assert_false(old("gss-group14-sha1-x==", "", "", SSHMSG_KEX));
	/* Markers are no methods. */
	assert_true(old("diffie-hellman-group1-sha1,ext-info-s,"
			"kex-strict-s-v00@openssh.com,"
			"kex-guess2@matt.ucc.asn.au",
			"", "", SSHMSG_KEX));
	assert_false(old("ext-info-s", "", "", SSHMSG_KEX));
	/* A cipher that needs no MAC. */
	assert_false(old("", "aes128-cbc,aes256-gcm@openssh.com", "hmac-md5",
			 SSHMSG_MAC));
	assert_false(
	    old("", "chacha20-poly1305@openssh.com", "hmac-md5", SSHMSG_MAC));
}

static void the_clients_first_choice_counts(void **state)
{
	struct sshmsg_kexinit k =
	    lists("one,two,three", "ssh-rsa", "aes256-ctr", "hmac-md5");
	char name[SSHMSG_NAME_MAX] = "";

	(void)state;
	assert_true(sshmsg_common(k.lists[SSHMSG_KEX], "four,three,one", name));
	assert_string_equal(name, "three");
	assert_false(
	    sshmsg_common(k.lists[SSHMSG_KEX], "thre,threee,on", name));
	assert_false(sshmsg_common(k.lists[SSHMSG_KEX], "", name));
	/* Both directions are read: the fixture's differ. */
	assert_true(sshmsg_common(k.back[SSHMSG_MAC], "hmac-sha2-256", name));
	assert_false(sshmsg_common(k.lists[SSHMSG_MAC], "hmac-sha2-256", name));
	assert_true(sshmsg_common(k.back[SSHMSG_KEX], "one", name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(packets),
	    cmocka_unit_test(names_are_read_one_by_one),
	    cmocka_unit_test(a_cut_list),
	    cmocka_unit_test(standings),
	    cmocka_unit_test(nothing_that_current_clients_use),
	    cmocka_unit_test(the_clients_first_choice_counts),
	};

	return cmocka_run_group_tests_name("sshmsg", tests, NULL, NULL);
}
