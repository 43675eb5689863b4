/*
 * test_multicast.c - mdns and ssdp collect whoever answers; nobody is no
 * verdict.
 */
#include "tests/unit/fake_probe.h"
#include "core/base/addr.h"

#include <stdio.h>

extern const struct check check_mdns;
extern const struct check check_ssdp;

static void start(struct fake *f, const struct check *check, const char *group)
{
	fake_new(f, check, NULL);
	assert_true(addr_parse(&f->addr, group));
	f->addr.port = check->port;
	fake_event(f, EV_START);
}

static void from(struct fake *f, unsigned host, const char *bytes,
		 size_t length)
{
	char text[32];

	snprintf(text, sizeof text, "10.0.%u.%u", host / 256, host % 256);
	assert_true(addr_parse(&f->from, text));
	fake_datagram(f, bytes, length);
}

/* One PTR answer, with the question repeated or not. */
static size_t ptr_answer(uint8_t *out, uint16_t id, bool question)
{
	static const char rest[] = "000c 0001 0000000a 000d 055f68747470"
				   "045f746370 c023";
	static const char name[] = "095f7365727669636573 075f646e732d7364"
				   "045f756470 056c6f63616c 00";
	size_t length = fake_hex(question ? "0000 8400 0001 0001 0000 0000"
					  : "0000 8400 0000 0001 0000 0000",
				 out, 512);

	out[0] = (uint8_t)(id >> 8);
	out[1] = (uint8_t)id;
	length += fake_hex(name, out + length, 512 - length);
	if (question) {
		length +=
		    fake_hex("000c 0001 c00c", out + length, 512 - length);
	}
	return length + fake_hex(rest, out + length, 512 - length);
}

static void mdns_asks_without_recursion(void **state)
{
	struct fake f;
	uint8_t wanted[64];
	size_t length = fake_hex("0000 0001 0000 0000 0000"
				 "095f7365727669636573 075f646e732d7364"
				 "045f756470 056c6f63616c 00 000c 8001",
				 wanted, sizeof wanted);

	(void)state;
	start(&f, &check_mdns, "224.0.0.251");
	assert_int_equal(f.sends, 1);
	assert_int_equal(f.sent_length, length + 2);
	assert_memory_equal(f.sent + 2, wanted, length);
	fake_waits(&f);
}

static void mdns_collects(void **state)
{
	struct fake f;
	uint8_t message[512];

	(void)state;
	start(&f, &check_mdns, "224.0.0.251");
	uint16_t id = (uint16_t)(f.sent[0] << 8 | f.sent[1]);
	size_t length = ptr_answer(message, id, true);
	from(&f, 1, (char *)message, length);
	assert_int_equal(f.timer_ms, 500);
	from(&f, 1, (char *)message, length);
	length = ptr_answer(message, 0, false);
	from(&f, 2, (char *)message, length);
	length = ptr_answer(message, (uint16_t)(id ^ 0x5a5a), false);
	if ((id ^ 0x5a5a) != 0)
		from(&f, 3, (char *)message, length);
	from(&f, 4, "", 0);
	from(&f, 5, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
	assert_false(f.done);
	fake_event(&f, EV_TIMER);
	assert_int_equal(fake_number(&f, "count"), 2);
	assert_int_equal(fake_count(&f, "responders"), 2);
	assert_true(fake_lists(&f, "responders", "10.0.0.1"));
	assert_true(fake_lists(&f, "responders", "10.0.0.2"));
	assert_true(fake_lists(&f, "services", "_http._tcp.local"));
	fake_ok(&f);
}

/* avahi 0.8 repeats the question with the unicast bit set. */
static void mdns_reads_avahi(void **state)
{
	static const char answer[] =
	    "0000 8400 0001 0001 0000 0000 095f7365727669636573"
	    "075f646e732d7364 045f756470 056c6f63616c 00 000c 8001"
	    "c00c 000c 0001 0000000a 0014 0c5f776f726b73746174696f6e"
	    "045f746370 c023";
	struct fake f;
	uint8_t message[512];
	size_t length = fake_hex(answer, message, sizeof message);

	(void)state;
	start(&f, &check_mdns, "224.0.0.251");
	memcpy(message, f.sent, 2);
	from(&f, 1, (char *)message, length);
	fake_event(&f, EV_TIMER);
	assert_true(fake_lists(&f, "services", "_workstation._tcp.local"));
	fake_ok(&f);
}

static void mdns_message_may_be_cut(void **state)
{
	uint8_t message[512];
	size_t length = ptr_answer(message, 0, true);

	(void)state;
	for (size_t i = 0; i < length; i++) {
		struct fake f;

		start(&f, &check_mdns, "224.0.0.251");
		message[0] = f.sent[0];
		message[1] = f.sent[1];
		from(&f, 1, (char *)message, i);
		fake_free(&f);
	}
}

static void ssdp_searches(void **state)
{
	struct fake f;

	(void)state;
	start(&f, &check_ssdp, "239.255.255.250");
	assert_memory_equal(f.sent,
			    "M-SEARCH * HTTP/1.1\r\n"
			    "HOST: 239.255.255.250:1900\r\n"
			    "MAN: \"ssdp:discover\"\r\nMX: 1\r\n"
			    "ST: upnp:rootdevice\r\nUSER-AGENT: preflight/",
			    strlen("M-SEARCH * HTTP/1.1\r\n"
				   "HOST: 239.255.255.250:1900\r\n"
				   "MAN: \"ssdp:discover\"\r\nMX: 1\r\n"
				   "ST: upnp:rootdevice\r\n"
				   "USER-AGENT: preflight/"));
	assert_memory_equal(f.sent + f.sent_length - 4, "\r\n\r\n", 4);
	fake_waits(&f);
	start(&f, &check_ssdp, "ff02::c");
	assert_non_null(
	    memmem(f.sent, f.sent_length, "HOST: [ff02::c]:1900\r\n", 22));
	fake_waits(&f);
}

static void ssdp_collects(void **state)
{
	static const char *const answers[] = {
	    "HTTP/1.1 200 OK\r\nServer: \t UPnP x\x1b[2J\r\nA: b\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nSERVER:\r\n\r\n", "HTTP/1.1 200 OK",
	    "HTTP/1.0 200 OK\nserver: short"};
	static const char *const others[] = {"", "HTTP/1.1 200",
					     "HTTP/1.1 404 No\r\n\r\n",
					     "NOTIFY * HTTP/1.1\r\n\r\n"};
	struct fake f;

	(void)state;
	start(&f, &check_ssdp, "239.255.255.250");
	for (unsigned i = 0; i < 4; i++)
		from(&f, i, others[i], strlen(others[i]));
	assert_int_equal(f.timer_ms, 0);
	for (unsigned i = 0; i < 4; i++)
		from(&f, i, answers[i], strlen(answers[i]));
	from(&f, 0, answers[0], strlen(answers[0]));
	assert_int_equal(f.timer_ms, 1100);
	fake_event(&f, EV_DEADLINE);
	assert_int_equal(fake_number(&f, "count"), 4);
	assert_int_equal(fake_count(&f, "servers"), 2);
	assert_true(fake_lists(&f, "servers", "UPnP x\\x1b[2J"));
	assert_true(fake_lists(&f, "servers", "short"));
	fake_ok(&f);
}

static void nobody_is_no_verdict(void **state)
{
	static const struct check *const checks[] = {&check_mdns, &check_ssdp};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start(&f, checks[i], "224.0.0.251");
		fake_event(&f, EV_DEADLINE);
		assert_int_equal(f.why, WHY_NO_WITNESS);
		fake_ended(&f, PHASE_LOCAL, CAUSE_LOCAL);
	}
}

static void a_crowd_is_bounded(void **state)
{
	struct fake f;
	uint8_t message[512];

	(void)state;
	start(&f, &check_mdns, "224.0.0.251");
	uint16_t id = (uint16_t)(f.sent[0] << 8 | f.sent[1]);
	size_t length = ptr_answer(message, id, true);
	for (unsigned i = 0; i < 300; i++)
		from(&f, i, (char *)message, length);
	fake_event(&f, EV_TIMER);
	assert_int_equal(fake_number(&f, "count"), 256);
	assert_int_equal(fake_count(&f, "responders"), FACTS_LIST_MAX);
	fake_ok(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mdns_asks_without_recursion),
	    cmocka_unit_test(mdns_collects),
	    cmocka_unit_test(mdns_reads_avahi),
	    cmocka_unit_test(mdns_message_may_be_cut),
	    cmocka_unit_test(ssdp_searches),
	    cmocka_unit_test(ssdp_collects),
	    cmocka_unit_test(nobody_is_no_verdict),
	    cmocka_unit_test(a_crowd_is_bounded),
	};

	return cmocka_run_group_tests_name("multicast", tests, NULL, NULL);
}
