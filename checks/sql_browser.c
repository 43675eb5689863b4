/*
 * sql_browser.c - does the SQL Server Browser name its instances and their
 * ports? MC-SQLR 2.2.2, 2.2.3, 2.2.5. The ports it names are tested next.
 */
#include "core/engine/check.h"
#include "core/base/spec.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	SQL_BROWSER_ALL = 0x03,
	SQL_BROWSER_ONE = 0x04,
	SQL_BROWSER_ANSWER = 0x05,
	SQL_BROWSER_NAME_MAX = 32,
	SQL_BROWSER_VALUE_MAX = 64,
	SQL_BROWSER_INSTANCES_MAX = 64
};

struct sql_browser_params {
	const char *instance;
	bool follow;
};

struct sql_browser_state {
	bool bad;    /* something came that is not a Browser's answer */
	bool listed; /* instances came, ours is not among them */
	bool port;   /* the fact is set: it has a TCP port */
};

/* One instance: texts are sanitised. */
struct sql_browser_instance {
	char name[SQL_BROWSER_VALUE_MAX];
	char version[SQL_BROWSER_VALUE_MAX];
	int64_t port; /* 0: none */
	bool any;
};

static enum step sql_browser_opened(struct probe *p)
{
	const struct sql_browser_params *params = p->params;
	uint8_t question[1 + SQL_BROWSER_NAME_MAX + 1];
	struct wire w = wire_into(question, sizeof question);

	if (params->instance != NULL) {
		/* The Browser does not answer for an unknown instance. */
		wire_u8(&w, SQL_BROWSER_ONE);
		wire_text(&w, params->instance);
		wire_u8(&w, 0);
		probe_send(p, question, w.length);
		w.length = 0;
	}
	wire_u8(&w, SQL_BROWSER_ALL);
	probe_send(p, question, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* The text: names and values, separated by semicolons ---------------------- */

static struct cursor sql_browser_field(struct cursor *c)
{
	const uint8_t *end = memchr(c->at, ';', cursor_left(c));
	size_t length = end != NULL ? (size_t)(end - c->at) : cursor_left(c);
	struct cursor field = cursor_slice(c, length);

	cursor_skip(c, end != NULL ? 1 : 0);
	return field;
}

static bool sql_browser_is(const struct cursor *field, const char *name)
{
	return cursor_left(field) == strlen(name) &&
	       memcmp(field->at, name, strlen(name)) == 0;
}

static void sql_browser_copy(char out[SQL_BROWSER_VALUE_MAX],
			     const struct cursor *value)
{
	text_sanitise(out, SQL_BROWSER_VALUE_MAX, value->at,
		      cursor_left(value));
}

static void sql_browser_pair(struct sql_browser_instance *i,
			     const struct cursor *name,
			     const struct cursor *value)
{
	char port[SQL_BROWSER_VALUE_MAX];

	i->any = true;
	if (sql_browser_is(name, "InstanceName"))
		sql_browser_copy(i->name, value);
	else if (sql_browser_is(name, "Version"))
		sql_browser_copy(i->version, value);
	else if (sql_browser_is(name, "tcp")) {
		sql_browser_copy(port, value);
		if (!text_number(port, 1, UINT16_MAX, &i->port))
			i->port = 0;
	}
}

/* The next instance; false at the end. An empty name ends one. */
static bool sql_browser_next(struct cursor *c, struct sql_browser_instance *i)
{
	*i = (struct sql_browser_instance){0};
	while (cursor_left(c) > 0) {
		struct cursor name = sql_browser_field(c);
		struct cursor value;

		if (cursor_left(&name) == 0 && i->any)
			return true;
		if (cursor_left(&name) == 0)
			continue;
		value = sql_browser_field(c);
		sql_browser_pair(i, &name, &value);
	}
	return i->any;
}

static void sql_browser_listed(struct probe *p,
			       const struct sql_browser_instance *i)
{
	char text[2 * SQL_BROWSER_VALUE_MAX + 16], port[16] = "no tcp";

	if (i->port != 0)
		snprintf(port, sizeof port, "tcp %u", (unsigned)i->port);
	snprintf(text, sizeof text, "%s %s %s", i->name, i->version, port);
	fact_append(p, "instances", text);
}

static void sql_browser_found(struct probe *p,
			      const struct sql_browser_instance *i)
{
	const struct sql_browser_params *params = p->params;
	struct sql_browser_state *s = p->state;

	if (i->port == 0)
		return;
	if (!s->port)
		fact_number(p, "port", i->port);
	s->port = true;
	if (params->follow)
		probe_spawn(p, "tds", (uint16_t)i->port, NULL);
}

static bool sql_browser_wants(const struct probe *p,
			      const struct sql_browser_instance *i)
{
	const struct sql_browser_params *params = p->params;

	return params->instance == NULL ||
	       text_casecmp(params->instance, i->name) == 0;
}

static enum step sql_browser_text_came(struct probe *p, struct cursor *text)
{
	struct sql_browser_state *s = p->state;
	struct sql_browser_instance i;
	struct cursor again = *text;
	bool wanted = false;
	size_t count = 0;

	while (sql_browser_next(text, &i) &&
	       count++ < SQL_BROWSER_INSTANCES_MAX)
		wanted |= sql_browser_wants(p, &i);
	if (!wanted && s->listed)
		return STEP_WAIT; /* the same once more */
	while (count-- > 0 && sql_browser_next(&again, &i)) {
		sql_browser_listed(p, &i);
		if (sql_browser_wants(p, &i))
			sql_browser_found(p, &i);
	}
	s->listed = true;
	/* Without TCP it cannot be reached from here. */
	if (wanted && !s->port)
		return probe_fail(p, CAUSE_REJECTED);
	return wanted ? probe_ok(p) : STEP_WAIT;
}

static enum step sql_browser_datagram_came(struct probe *p)
{
	static const char begin[] = "ServerName;";
	struct sql_browser_state *s = p->state;
	struct cursor c = cursor_over(p->in->data, p->in->length);
	unsigned type = cursor_u8(&c);
	struct cursor text = cursor_slice(&c, cursor_le16(&c));

	if (c.bad || type != SQL_BROWSER_ANSWER ||
	    cursor_left(&text) < sizeof begin - 1 ||
	    memcmp(text.at, begin, sizeof begin - 1) != 0) {
		/* A forged or broken datagram must not hide a good one. */
		s->bad = true;
		return STEP_WAIT;
	}
	return sql_browser_text_came(p, &text);
}

static enum step sql_browser_silent(struct probe *p)
{
	const struct sql_browser_state *s = p->state;

	if (s->listed)
		return probe_fail(p, CAUSE_REJECTED);
	return s->bad ? probe_fail(p, CAUSE_BAD_REPLY) : STEP_WAIT;
}

static enum step sql_browser_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return sql_browser_opened(p);
	case EV_DATA:
		return sql_browser_datagram_came(p);
	case EV_DEADLINE:
		return sql_browser_silent(p);
	default:
		return STEP_WAIT;
	}
}

static int sql_browser_validate(const void *arg, struct error *err)
{
	const struct sql_browser_params *params = arg;

	if (params->instance != NULL &&
	    (params->instance[0] == '\0' ||
	     strlen(params->instance) > SQL_BROWSER_NAME_MAX))
		return error_set(err, "instance: 1 to %d characters",
				 SQL_BROWSER_NAME_MAX);
	return 0;
}

static unsigned sql_browser_packets(const struct spec *s)
{
	const struct sql_browser_params *params = s->params;

	return params->instance != NULL ? 2 : 1;
}

/* Each port twice: where TDS says nothing, the same with TLS first. */
static unsigned sql_browser_children(const void *arg)
{
	const struct sql_browser_params *params = arg;

	return params->follow ? 2 * PROBE_CHILDREN_MAX : 0;
}

static const struct param sql_browser_param_table[] = {
    {"instance", PARAM_STRING, offsetof(struct sql_browser_params, instance),
     NULL, "name of the instance that must exist; none: any"},
    {"follow", PARAM_BOOL, offsetof(struct sql_browser_params, follow), "true",
     "test the TCP ports that it names, as tds"},
    {0},
};

static const struct fact_def sql_browser_fact_table[] = {
    {"instances", FACT_LIST, "name, version and TCP port of each instance"},
    {"port", FACT_NUMBER,
     "TCP port of the instance asked for, or of the first"},
    {0},
};

const struct check check_sql_browser = {
    .name = "sql-browser",
    .summary = "SQL Server Browser lists instances and their ports",
    .params = sql_browser_param_table,
    .facts = sql_browser_fact_table,
    .params_size = sizeof(struct sql_browser_params),
    .state_size = sizeof(struct sql_browser_state),
    .needs = NEEDS_UDP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_UDP,
    .port = 1434,
    .describes_tls = true, /* what follows may need the roots */
    .validate = sql_browser_validate,
    .packets = sql_browser_packets,
    .children = sql_browser_children,
    .step = sql_browser_step,
};
