/*
 * tds.c - does a SQL Server answer PRELOGIN? Version and encryption are in its
 * answer (MS-TDS 2.2.6.5); no login. A server that only takes TDS 8.0 wants
 * TLS first: `strict`.
 */
#include "core/engine/check.h"
#include "core/base/spec.h"

#include <stdio.h>
#include <string.h>

enum {
	TDS_HEADER = 8,        /* MS-TDS 2.2.3.1 */
	TDS_ANSWER = 0x04,     /* packet types */
	TDS_QUESTION = 0x12,   /* PRELOGIN */
	TDS_LAST = 0x01,       /* status: end of message */
	TDS_PACKET_MAX = 4096, /* before the login sets another size */
	TDS_INSTANCE_MAX = 64,
	TDS_OPTIONS_MAX = 32,
	TDS_VERSION = 0, /* options of PRELOGIN */
	TDS_ENCRYPTION = 1,
	TDS_INSTANCE = 2,
	TDS_END = 0xff,
	TDS_ERROR_TOKEN = 0xaa,
	TDS_TEXT_MAX = 128,
	TLS_ALERT = 0x15 /* content type of a TLS record */
};

struct tds_params {
	bool strict;
	const char *instance;
};

/* What the answer must hold to be one. */
struct tds_answer {
	bool version;
	bool other_instance;
};

/* One row of the option table: token, offset, length. */
static void tds_option(struct wire *w, uint8_t token, size_t *offset,
		       size_t length)
{
	wire_u8(w, token);
	wire_be16(w, (uint16_t)*offset);
	wire_be16(w, (uint16_t)length);
	*offset += length;
}

/* MS-TDS 4.1, byte for byte where no instance is named. */
static enum step tds_connected(struct probe *p)
{
	const struct tds_params *params = p->params;
	const char *instance = params->instance != NULL ? params->instance : "";
	uint8_t packet[TDS_HEADER + 39 + TDS_INSTANCE_MAX];
	struct wire w = wire_into(packet, sizeof packet);
	size_t offset = 5 * 5 + 1; /* behind five rows and the end mark */

	wire_u8(&w, TDS_QUESTION);
	wire_u8(&w, TDS_LAST);
	wire_be16(&w, 0); /* the length, below */
	wire_be32(&w, 0x00000100);
	tds_option(&w, TDS_VERSION, &offset, 6);
	tds_option(&w, TDS_ENCRYPTION, &offset, 1);
	tds_option(&w, TDS_INSTANCE, &offset, strlen(instance) + 1);
	tds_option(&w, 3, &offset, 4); /* THREADID */
	tds_option(&w, 4, &offset, 1); /* MARS */
	wire_u8(&w, TDS_END);
	wire_be32(&w, 0x09000000);
	wire_be16(&w, 0);
	wire_u8(&w, 1); /* encryption: on */
	wire_text(&w, instance);
	wire_u8(&w, 0);
	wire_be32(&w, 0xb80d0000);
	wire_u8(&w, 1);
	wire_patch_be16(&w, 2, (uint16_t)w.length);
	probe_send(p, packet, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* The answer --------------------------------------------------------------- */

static void tds_version_came(struct probe *p, struct cursor *value)
{
	char text[32];
	unsigned major = cursor_u8(value);
	unsigned minor = cursor_u8(value);
	unsigned build = cursor_be16(value);

	snprintf(text, sizeof text, "%u.%u.%u", major, minor, build);
	if (!value->bad)
		fact_string(p, "version", text);
}

static void tds_encryption_came(struct probe *p, struct cursor *value)
{
	static const char *const names[] = {"off", "on", "not-supported",
					    "required"};
	uint8_t mode = cursor_u8(value);
	char unknown[8];

	if (value->bad)
		return;
	snprintf(unknown, sizeof unknown, "0x%02x", (unsigned)mode);
	fact_string(p, "encryption", mode < 4 ? names[mode] : unknown);
}

/* 0: the instance asked for, or none was named; 1: another one. */
static void tds_instance_came(struct probe *p, struct cursor *value,
			      struct tds_answer *a)
{
	const struct tds_params *params = p->params;
	uint8_t other = cursor_u8(value);

	if (value->bad || params->instance == NULL)
		return;
	fact_bool(p, "instance", other == 0);
	a->other_instance = other != 0;
}

/* Offsets count from the first row. False: one of them points outside. */
static bool tds_options(struct probe *p, const struct cursor *message,
			struct tds_answer *a)
{
	struct cursor rows = *message;

	for (unsigned i = 0; i < TDS_OPTIONS_MAX; i++) {
		struct cursor value = *message;
		unsigned token = cursor_u8(&rows);

		if (rows.bad || token == TDS_END)
			return !rows.bad && a->version;
		/* VERSION must be the first. */
		if ((token == TDS_VERSION) != (i == 0))
			return false;
		cursor_seek(&value, cursor_be16(&rows));
		value = cursor_slice(&value, cursor_be16(&rows));
		if (rows.bad || value.bad)
			return false;
		if (token == TDS_VERSION) {
			tds_version_came(p, &value);
			a->version = !value.bad;
		} else if (token == TDS_ENCRYPTION) {
			tds_encryption_came(p, &value);
		} else if (token == TDS_INSTANCE) {
			tds_instance_came(p, &value, a);
		}
	}
	return false;
}

/* ERROR in place of PRELOGIN: MS-TDS 2.2.7.10. The text is UTF-16. */
static enum step tds_error_came(struct probe *p, struct cursor *c)
{
	char text[TDS_TEXT_MAX];
	size_t length = 0;

	cursor_skip(c, 1 + 2);
	uint32_t number = cursor_le32(c);
	cursor_skip(c, 2); /* state, class */
	size_t characters = cursor_le16(c);
	if (c->bad)
		return probe_fail(p, CAUSE_BAD_REPLY);
	while (length < sizeof text && length < characters && !c->bad) {
		unsigned unit = cursor_le16(c);
		text[length++] = unit < 0x80 ? (char)unit : '?';
	}
	if (c->bad)
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_number(p, "error", number);
	fact_bytes(p, "error-text", text, length);
	return probe_fail(p, CAUSE_REJECTED);
}

static enum step tds_message_came(struct probe *p, struct cursor *message)
{
	struct tds_answer a = {0};
	struct cursor whole = cursor_over(message->at, cursor_left(message));

	if (cursor_left(&whole) > 0 && *whole.at == TDS_ERROR_TOKEN)
		return tds_error_came(p, &whole);
	if (!tds_options(p, &whole, &a))
		return probe_fail(p, CAUSE_BAD_REPLY);
	return a.other_instance ? probe_fail(p, CAUSE_REJECTED) : probe_ok(p);
}

/* The same once more, with TLS from the start: a stream that the server has
 * closed cannot be used again. */
static void tds_try_strict(struct probe *p)
{
	struct tds_params params = *(const struct tds_params *)p->params;

	if (params.strict)
		return;
	params.strict = true;
	probe_spawn(p, "tds", p->spec->port, &params);
}

static enum step tds_data_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	unsigned type = cursor_u8(&c);
	cursor_skip(&c, 1); /* status */
	size_t length = cursor_be16(&c);

	if (type == TLS_ALERT)
		tds_try_strict(p);
	/* The first octet decides: HTTP need not be waited for. */
	if (type != TDS_ANSWER)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (c.bad)
		return STEP_WAIT;
	if (length <= TDS_HEADER || length > TDS_PACKET_MAX)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (p->in->length < length)
		return STEP_WAIT;
	cursor_skip(&c, 4); /* SPID, packet, window */
	struct cursor message = cursor_slice(&c, length - TDS_HEADER);
	return tds_message_came(p, &message);
}

static enum step tds_closed(struct probe *p)
{
	if (p->in->length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	tds_try_strict(p);
	return STEP_WAIT;
}

static enum step tds_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return tds_connected(p);
	case EV_DATA:
		return tds_data_came(p);
	case EV_EOF:
		return tds_closed(p);
	default:
		return STEP_WAIT;
	}
}

static int tds_validate(const void *arg, struct error *err)
{
	const char *name = ((const struct tds_params *)arg)->instance;

	if (name != NULL && strlen(name) > TDS_INSTANCE_MAX)
		return error_set(err, "instance: at most %d characters",
				 TDS_INSTANCE_MAX);
	return 0;
}

static enum needs tds_choose(const void *params)
{
	const struct tds_params *p = params;
	return p->strict ? NEEDS_TLS : NEEDS_TCP;
}

static unsigned tds_children(const void *params)
{
	return ((const struct tds_params *)params)->strict ? 0 : 1;
}

static const struct param tds_param_table[] = {
    {"strict", PARAM_BOOL, offsetof(struct tds_params, strict), "false",
     "TLS from the start, as TDS 8.0 requires"},
    {"instance", PARAM_STRING, offsetof(struct tds_params, instance), NULL,
     "name of the instance that must answer"},
    {0},
};

static const struct fact_def tds_fact_table[] = {
    {"version", FACT_STRING, "the server's version: 16.0.1000 is 2022"},
    {"encryption", FACT_STRING, "off, on, not-supported or required"},
    {"instance", FACT_BOOL, "the instance is the one that was asked for"},
    {"error", FACT_NUMBER, "number of the server's error message"},
    {"error-text", FACT_STRING, "its text"},
    {0},
};

const struct check check_tds = {
    .name = "tds",
    .summary = "SQL Server answers PRELOGIN; no login",
    .params = tds_param_table,
    .facts = tds_fact_table,
    .params_size = sizeof(struct tds_params),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 16, /* handshakes take time */
    .port = 1433,
    .alpn = "tds/8.0",
    .describes_tls = true, /* as roots must be there for `strict` */
    .validate = tds_validate,
    .choose = tds_choose,
    .children = tds_children,
    .step = tds_step,
};
