/*
 * db2.c - does a DRDA server (Db2, Derby, Informix) exchange attributes? The
 * first command of every connection; no security check, no login.
 */
#include "core/engine/check.h"

#include <stdio.h>
#include <string.h>

enum {
	DRDA_MAGIC = 0xd0,
	DRDA_HEADER = 6,    /* of a DSS */
	DRDA_PARAMETER = 4, /* length and code point */
	DRDA_DSS_MAX = 32767,
	DRDA_TEXT_MAX = 128,
	DRDA_EXCSATRD = 0x1443,
	DRDA_EXTNAM = 0x115e,
	DRDA_SRVCLSNM = 0x1147,
	DRDA_SRVRLSLV = 0x115a,
	DRDA_SRVNAM = 0x116d,
	/* Code points of replies that refuse. */
	DRDA_REPLY_LOW = 0x1200,
	DRDA_REPLY_HIGH = 0x12ff
};

/* EXCSAT without names of ours, and with the managers that a client has: AGENT
 * (1403) level 7; SQLAM, RDB, SECMGR and CMNTCPIP level 8. */
static const uint8_t db2_excsat[] = {
    0x00, 0x32, 0xd0, 0x01, 0x00, 0x01, 0x00, 0x2c, 0x10, 0x41,
    0x00, 0x04, 0x11, 0x5e, 0x00, 0x04, 0x11, 0x6d, 0x00, 0x04,
    0x11, 0x5a, 0x00, 0x18, 0x14, 0x04, 0x14, 0x03, 0x00, 0x07,
    0x24, 0x07, 0x00, 0x08, 0x24, 0x0f, 0x00, 0x08, 0x14, 0x40,
    0x00, 0x08, 0x14, 0x74, 0x00, 0x08, 0x00, 0x04, 0x11, 0x47};

/* Code page 500, what names and versions are made of; the rest is '?'. */
static char db2_character(uint8_t c)
{
	static const struct {
		uint8_t first;
		const char *text;
	} runs[] = {
	    {0x40, " "},        {0x4b, ".<(+"},      {0x50, "&"},
	    {0x5c, "*);"},      {0x60, "-/"},        {0x6b, ",%_>?"},
	    {0x7a, ":#@'=\""},  {0x81, "abcdefghi"}, {0x91, "jklmnopqr"},
	    {0xa2, "stuvwxyz"}, {0xc1, "ABCDEFGHI"}, {0xd1, "JKLMNOPQR"},
	    {0xe2, "STUVWXYZ"}, {0xf0, "0123456789"}};

	for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
		if (c >= runs[i].first &&
		    c < runs[i].first + strlen(runs[i].text))
			return runs[i].text[c - runs[i].first];
	return '?';
}

static enum step db2_connected(struct probe *p)
{
	probe_send(p, db2_excsat, sizeof db2_excsat);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static void db2_text_came(struct probe *p, const char *fact,
			  struct cursor *value)
{
	char text[DRDA_TEXT_MAX];
	size_t length = 0;

	while (length < sizeof text && cursor_left(value) > 0)
		text[length++] = db2_character(cursor_u8(value));
	while (length > 0 && text[length - 1] == ' ')
		length--; /* padded to a fixed width */
	if (length > 0)
		fact_bytes(p, fact, text, length);
}

static void db2_parameter_came(struct probe *p, unsigned code,
			       struct cursor *value)
{
	switch (code) {
	case DRDA_SRVCLSNM:
		db2_text_came(p, "server-class", value);
		break;
	case DRDA_SRVRLSLV:
		db2_text_came(p, "release", value);
		break;
	case DRDA_SRVNAM:
		db2_text_came(p, "server-name", value);
		break;
	case DRDA_EXTNAM:
		db2_text_came(p, "external-name", value);
		break;
	default:
		break;
	}
}

/* One object: its length, its code point, its parameters. */
static enum step db2_object_came(struct probe *p, struct cursor *c)
{
	unsigned length = cursor_be16(c);
	unsigned code = cursor_be16(c);
	struct cursor object;

	if (c->bad || length < DRDA_PARAMETER)
		return probe_fail(p, CAUSE_BAD_REPLY);
	object = cursor_slice(c, length - DRDA_PARAMETER);
	if (object.bad)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (code >= DRDA_REPLY_LOW && code <= DRDA_REPLY_HIGH) {
		char text[16];

		snprintf(text, sizeof text, "0x%04x", code);
		fact_string(p, "refusal", text);
		return probe_fail(p, CAUSE_REJECTED);
	}
	if (code != DRDA_EXCSATRD)
		return probe_fail(p, CAUSE_BAD_REPLY);
	while (cursor_left(&object) > 0) {
		unsigned size = cursor_be16(&object);
		unsigned what = cursor_be16(&object);
		struct cursor value;

		if (object.bad || size < DRDA_PARAMETER)
			return probe_fail(p, CAUSE_BAD_REPLY);
		value = cursor_slice(&object, size - DRDA_PARAMETER);
		if (value.bad)
			return probe_fail(p, CAUSE_BAD_REPLY);
		db2_parameter_came(p, what, &value);
	}
	return probe_ok(p);
}

static enum step db2_data_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	unsigned length = cursor_be16(&c);
	unsigned magic = cursor_u8(&c);

	if (c.bad)
		return STEP_WAIT;
	/* The first octets decide: HTTP need not be waited for. */
	if (magic != DRDA_MAGIC || length < DRDA_HEADER + DRDA_PARAMETER ||
	    length > DRDA_DSS_MAX)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (p->in->length < length)
		return STEP_WAIT;
	cursor_skip(&c, DRDA_HEADER - 3); /* format, correlation */
	struct cursor object = cursor_slice(&c, length - DRDA_HEADER);
	return db2_object_came(p, &object);
}

static enum step db2_closed(struct probe *p)
{
	if (p->in->length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step db2_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return db2_connected(p);
	case EV_DATA:
		return db2_data_came(p);
	case EV_EOF:
		return db2_closed(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def db2_fact_table[] = {
    {"server-class", FACT_STRING, "kind of server, such as QDB2/NT64"},
    {"release", FACT_STRING, "its release: SQL11055 is Db2 11.5.5"},
    {"server-name", FACT_STRING, "the server's name"},
    {"external-name", FACT_STRING, "its job or instance"},
    {"refusal", FACT_STRING, "code point of a reply that refused, hex"},
    {0},
};

const struct check check_db2 = {
    .name = "db2",
    .summary = "DRDA server (Db2) exchanges attributes; no login",
    .facts = db2_fact_table,
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .port = 50000,
    .step = db2_step,
};
