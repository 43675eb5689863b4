/*
 * test_rpc.c - the RPC check against hostile octets and a captured endpoint
 * list, changed and cut, and the port it picks. The rest is in
 * tests/checks/rpc.py.
 */
#include "tests/unit/fake_probe.h"

#include "core/proto/dcerpc.h"
#include "core/base/params.h"

extern const struct check check_rpc;

struct rpc_params {
	bool lookup;
	const struct port_list *range;
	bool dynamic;
};

enum { PACKET_MAX = 8192, FRAGMENT = 400 };

/* What the check started. */
static struct {
	unsigned count;
	char check[16];
	uint16_t port;
	struct rpc_params params;
} spawned;

void probe_spawn(struct probe *p, const char *check, uint16_t port,
		 const void *params)
{
	(void)p;
	spawned.count++;
	snprintf(spawned.check, sizeof spawned.check, "%s", check);
	spawned.port = port;
	memcpy(&spawned.params, params, sizeof spawned.params);
}

/* Captured from Samba 4.17.12 as a domain controller
 * (tests/lab/peers/samba_dc): the endpoint mapper's interface on port 135. */
static const char accepted_hex[] =
    "05000c03100000003c00000001000000b810b810bfa80000040031333500000001000000"
    "00000000045d888aeb1cc9119fe808002b10486002000000";
/* Six of the 53 entries of its endpoint mapper: a named pipe, TCP 49153, a
 * local one, TCP 49154, HTTP 593, TCP 135. */
static const char stub_hex[] =
    "0000000096aae2db0b5b9c4a96da0ca6c675403206000000f401000000000000"
    "060000000000000000000000000000000000000001000000000000000a000000"
    "646e73736572766572000000000000000000000000000000000000000a000000"
    "000000000a000000646e73736572766572000000000000000000000000000000"
    "0000000020000000000000000800000062726f77736572000000000000000000"
    "000000000000000029000000000000000500000073616d720000000000000000"
    "00000000000000000000000030000000000000000900000065706d6170706572"
    "0000000000000000000000000000000000000000320000000000000009000000"
    "65706d6170706572000000005600000056000000050013000da4c2ab504d57b3"
    "409d66ee4fd5fba07605000200000013000d045d888aeb1cc9119fe808002b10"
    "486002000200000001000b0200000001000f10005c706970655c646e73736572"
    "7665720001001101000000004b0000004b000000050013000da4c2ab504d57b3"
    "409d66ee4fd5fba07605000200000013000d045d888aeb1cc9119fe808002b10"
    "486002000200000001000b020000000100070200c00101000904000000000000"
    "4800000048000000040013000d98d0ff6b12a110369833012892020162000002"
    "00000013000d045d888aeb1cc9119fe808002b10486002000200000001000c02"
    "000000010010080044454641554c54004b0000004b000000050013000d785734"
    "123412cdabef000123456789ac01000200000013000d045d888aeb1cc9119fe8"
    "08002b10486002000200000001000b020000000100070200c002010009040000"
    "000000004b0000004b000000050013000d0883afe11f5dc91191a408002b14a0"
    "fa03000200000013000d045d888aeb1cc9119fe808002b104860020002000000"
    "01000b0200000001001f02000251010009040000000000004b0000004b000000"
    "050013000d0883afe11f5dc91191a408002b14a0fa03000200000013000d045d"
    "888aeb1cc9119fe808002b10486002000200000001000b020000000100070200"
    "00870100090400000000000000000000";

static const struct rpc_params bind_only;
static const struct rpc_params lookup = {.lookup = true};

static void start(struct fake *f, const struct rpc_params *params)
{
	memset(&spawned, 0, sizeof spawned);
	fake_new(f, &check_rpc, params);
	f->addr.port = 135;
	fake_event(f, EV_START);
}

static void hear(struct fake *f, const char *hex)
{
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex(hex, packet, sizeof packet);

	fake_stream(f, packet, length);
}

/* A response to the lookup, in fragments as Samba makes them. */
static size_t response(const uint8_t *stub, size_t length, size_t fragment,
		       uint8_t out[PACKET_MAX])
{
	struct wire w = wire_into(out, PACKET_MAX);

	for (size_t at = 0; at < length; at += fragment) {
		size_t part = length - at < fragment ? length - at : fragment;
		unsigned flags =
		    (at == 0 ? 1U : 0U) | (at + part == length ? 2U : 0U);

		wire_be32(&w, 0x05000200 | flags);
		wire_be32(&w, 0x10000000);
		wire_le16(&w, (uint16_t)(24 + part));
		wire_le16(&w, 0);
		wire_le32(&w, 2);
		wire_le32(&w, (uint32_t)(length - at));
		wire_zero(&w, 4);
		wire_bytes(&w, stub + at, part);
	}
	assert_false(w.full);
	return w.length;
}

static size_t endpoints(uint8_t out[PACKET_MAX], size_t fragment)
{
	uint8_t stub[PACKET_MAX];
	size_t length = fake_hex(stub_hex, stub, sizeof stub);

	return response(stub, length, fragment, out);
}

/* The bind ----------------------------------------------------------------- */

static void anything_else_is_a_bad_reply(void **state)
{
	static const char *const cases[] = {
	    "48",     /* HTTP */
	    "0506",   /* a later minor version */
	    "05000b", /* a bind: our own echo */
	    "050002", /* no call was made yet: judged with its length */
	    "05000c03 10000000 0f00 0000 01000000", /* shorter than a header */
	    "05000c03 10000000 ffff 0000 01000000", /* longer than we take */
	    "05000c03 10000000 1800 ff00 01000000 0000000000000000",
	    "05000c03 10000000 1800 0000 07000000 0000000000000000",
	    "05000c03 10000000 1800 0000 01000000 0000000000000000",
	    /* a secondary address longer than everything */
	    "05000c03 10000000 1c00 0000 01000000 b810b810 00000000 ffff 0000",
	    "05000d03 10000000 1000 0000 01000000"};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		start(&f, &bind_only);
		hear(&f, cases[i]);
		if (strcmp(cases[i], "050002") == 0)
			hear(&f, "03 10000000 1000 0000 01000000");
		if (!f.done)
			fail_msg("%s", cases[i]);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

/* The lookup --------------------------------------------------------------- */

static void a_port_is_found(struct fake *f, uint16_t port)
{
	assert_int_equal(fake_number(f, "endpoints"), 6);
	assert_int_equal(fake_count(f, "tcp-ports"), 3);
	assert_true(fake_lists(f, "tcp-ports", "49154"));
	assert_int_equal(fake_number(f, "dynamic-port"), port);
	assert_int_equal(spawned.count, 1);
	assert_string_equal(spawned.check, "rpc");
	assert_int_equal(spawned.port, port);
	assert_true(spawned.params.dynamic);
	assert_false(spawned.params.lookup);
	assert_null(spawned.params.range);
	fake_ok(f);
}

static void a_dynamic_port_is_tried(void **state)
{
	static const struct port_range ranges[] = {{1025, 5000},
						   {49154, 65535}};
	static const struct port_list range = {2, ranges};
	struct rpc_params params = {.lookup = true, .range = &range};
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length = endpoints(packet, FRAGMENT);

	(void)state;
	start(&f, &lookup);
	hear(&f, accepted_hex);
	fake_drip(&f, packet, length);
	a_port_is_found(&f, 49153);
	start(&f, &params);
	hear(&f, accepted_hex);
	fake_stream(&f, packet, length);
	a_port_is_found(&f, 49154);
}

static void nothing_in_the_range_is_no_witness(void **state)
{
	static const struct port_range old = {1025, 5000}, own = {1, 1024};
	static const struct port_list lists[] = {{1, &old}, {1, &own}};
	uint8_t packet[PACKET_MAX];
	size_t length = endpoints(packet, PACKET_MAX);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct rpc_params params = {.lookup = true, .range = &lists[i]};
		struct fake f;

		start(&f, &params);
		hear(&f, accepted_hex);
		fake_stream(&f, packet, length);
		assert_int_equal(fake_number(&f, "endpoints"), 6);
		assert_int_equal(spawned.count, 0);
		assert_int_equal(f.why, WHY_NO_WITNESS);
		fake_ended(&f, PHASE_LOCAL, CAUSE_LOCAL);
	}
}

static void a_broken_list_is_a_bad_reply(void **state)
{
	uint8_t stub[PACKET_MAX], packet[PACKET_MAX];
	size_t whole = fake_hex(stub_hex, stub, sizeof stub);

	(void)state;
	for (size_t cut = 1; cut < whole; cut++) {
		size_t length = response(stub, cut, PACKET_MAX, packet);
		struct fake f;

		start(&f, &lookup);
		hear(&f, accepted_hex);
		fake_stream(&f, packet, length);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
	/* More entries than were asked for, and than there are. */
	for (uint8_t i = 0; i < 2; i++) {
		struct fake f;

		stub[20] = stub[32] = i == 0 ? 0xff : 7;
		stub[21] = stub[33] = i == 0 ? 0xff : 0;
		start(&f, &lookup);
		hear(&f, accepted_hex);
		fake_stream(&f, packet,
			    response(stub, whole, PACKET_MAX, packet));
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

static void fragments_are_bounded(void **state)
{
	static uint8_t fragment[24 + DCERPC_FRAGMENT_MAX];
	struct wire w = wire_into(fragment, sizeof fragment);
	struct fake f;
	size_t count = 0;

	(void)state;
	wire_be32(&w, 0x05000200); /* neither first nor last */
	wire_be32(&w, 0x10000000);
	wire_le16(&w, DCERPC_FRAGMENT_MAX);
	wire_le16(&w, 0);
	wire_le32(&w, 2);
	start(&f, &lookup);
	hear(&f, accepted_hex);
	while (!f.done && count++ < 100)
		fake_stream(&f, fragment, DCERPC_FRAGMENT_MAX);
	assert_int_equal(count,
			 DCERPC_STUB_MAX / (DCERPC_FRAGMENT_MAX - 24) + 1);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void every_octet_may_change(void **state)
{
	uint8_t packet[PACKET_MAX];
	size_t length = endpoints(packet, PACKET_MAX);

	(void)state;
	for (size_t i = 0; i < length * 256; i++) {
		struct fake f;
		uint8_t kept = packet[i / 256];

		packet[i / 256] = (uint8_t)i;
		start(&f, &lookup);
		hear(&f, accepted_hex);
		fake_stream(&f, packet, length);
		fake_facts_declared(&f);
		fake_free(&f);
		packet[i / 256] = kept;
	}
}

/* The reader alone, over blocks of exactly their size. */
static void every_cut_is_survived(void **state)
{
	uint8_t stub[PACKET_MAX];
	size_t length = fake_hex(stub_hex, stub, sizeof stub);
	struct dcerpc_endpoints e;

	(void)state;
	assert_true(dcerpc_read_endpoints(&e, stub, length, true));
	for (size_t i = 0; i < length; i++) {
		uint8_t *block = malloc(i + 1);

		memcpy(block + 1, stub, i);
		assert_false(dcerpc_read_endpoints(&e, block + 1, i, true));
		dcerpc_read_endpoints(&e, block + 1, i, false);
		free(block);
	}
}

/* Empty entries, one more than were asked for: bounded, whatever the size. */
static void no_more_than_asked_for(void **state)
{
	enum { ENTRY = 28, HEAD = 36, MOST = DCERPC_ENTRIES_MAX };
	static uint8_t stub[HEAD + (MOST + 1) * ENTRY + 4];
	struct dcerpc_endpoints e;

	(void)state;
	stub[20] = stub[32] = MOST & 0xff;
	stub[21] = stub[33] = MOST >> 8;
	assert_true(dcerpc_read_endpoints(&e, stub, sizeof stub - ENTRY, true));
	assert_int_equal(e.count, MOST);
	stub[20] = stub[32] = (MOST + 1) & 0xff;
	assert_false(dcerpc_read_endpoints(&e, stub, sizeof stub, true));
	/* An annotation of 65 octets, and one of 64. */
	stub[20] = stub[32] = 1;
	stub[21] = stub[33] = 0;
	stub[HEAD + 24] = 65;
	assert_false(dcerpc_read_endpoints(&e, stub, sizeof stub, true));
	stub[HEAD + 24] = 64;
	assert_true(dcerpc_read_endpoints(&e, stub, sizeof stub, true));
}

static void tcp_counts_under_rpc_only(void **state)
{
	static const uint8_t floors[] = {0x0b, 2, 0, 0, 0, 1, 0, 7, 2, 0, 0xc0};
	uint8_t stub[PACKET_MAX];
	size_t length = fake_hex(stub_hex, stub, sizeof stub);
	uint8_t *at = memmem(stub, length, floors, sizeof floors);
	struct dcerpc_endpoints e;

	(void)state;
	assert_non_null(at);
	*at = 0x0a; /* connectionless */
	assert_true(dcerpc_read_endpoints(&e, stub, length, true));
	assert_int_equal(e.port_count, 2);
	assert_int_equal(e.ports[0], 49154);
}

static void params_that_mean_nothing(void **state)
{
	static const struct port_range all = {1, 65535};
	static const struct port_list list = {1, &all};
	static const struct rpc_params bad[] = {
	    {.range = &list}, {.lookup = true, .dynamic = true}};
	struct error err;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(check_rpc.validate(&bad[i], &err), -1);
	assert_int_equal(check_rpc.validate(&bind_only, &err), 0);
	assert_int_equal(check_rpc.validate(&lookup, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	    cmocka_unit_test(a_dynamic_port_is_tried),
	    cmocka_unit_test(nothing_in_the_range_is_no_witness),
	    cmocka_unit_test(a_broken_list_is_a_bad_reply),
	    cmocka_unit_test(fragments_are_bounded),
	    cmocka_unit_test(every_octet_may_change),
	    cmocka_unit_test(every_cut_is_survived),
	    cmocka_unit_test(no_more_than_asked_for),
	    cmocka_unit_test(tcp_counts_under_rpc_only),
	    cmocka_unit_test(params_that_mean_nothing),
	};

	return cmocka_run_group_tests_name("rpc", tests, NULL, NULL);
}
