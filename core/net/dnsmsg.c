/* dnsmsg.c - DNS messages: build a query, read an answer (RFC 1035 §4). */
#include "core/net/dnsmsg.h"
#include "core/base/wire.h"

#include <stdio.h>
#include <string.h>

enum {
	DNS_HEADER = 12,
	DNS_LABEL_MAX = 63,
	DNS_WIRE_MAX = 255, /* octets of a name, lengths and root included */
	DNS_HOPS_MAX = 127, /* as many pointers as a name has labels */
	DNS_CLASS_IN = 1
};

/* The alphabet that needs no escape, in lower case; 0 for the others. */
static char dnsmsg_plain(uint8_t byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return (char)(byte - 'A' + 'a');
	if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	    byte == '-' || byte == '_')
		return (char)byte;
	return 0;
}

/* Writing ---------------------------------------------------------------- */

static bool dnsmsg_write_name(struct wire *w, const char *name)
{
	size_t start = w->length;

	if (*name == '\0')
		return false;
	if (strcmp(name, ".") == 0)
		name++;
	while (*name != '\0') {
		size_t length = strcspn(name, ".");

		if (length == 0 || length > DNS_LABEL_MAX)
			return false;
		wire_u8(w, (uint8_t)length);
		for (size_t i = 0; i < length; i++) {
			if (dnsmsg_plain((uint8_t)name[i]) == 0)
				return false;
			wire_u8(w, (uint8_t)name[i]);
		}
		name += length;
		if (*name == '.')
			name++;
	}
	wire_u8(w, 0);
	return w->length - start <= DNS_WIRE_MAX;
}

size_t dnsmsg_query(uint8_t *out, size_t size, uint16_t id, const char *name,
		    uint16_t type)
{
	struct wire w = wire_into(out, size);

	wire_be16(&w, id);
	wire_be16(&w, 0x0100); /* a standard query, RD */
	wire_be16(&w, 1);
	wire_zero(&w, 6);
	if (!dnsmsg_write_name(&w, name))
		return 0;
	wire_be16(&w, type);
	wire_be16(&w, DNS_CLASS_IN);
	return w.full ? 0 : w.length;
}

/* Reading names ---------------------------------------------------------- */

struct dns_name {
	char text[DNS_NAME_MAX];
	size_t length;
	size_t octets;
};

static bool dnsmsg_put(struct dns_name *n, char c)
{
	if (n->length + 1 >= sizeof n->text)
		return false;
	n->text[n->length++] = c;
	return true;
}

static bool dnsmsg_put_label(struct dns_name *n, const uint8_t *label,
			     size_t size)
{
	bool fits = n->length == 0 || dnsmsg_put(n, '.');

	for (size_t i = 0; i < size && fits; i++) {
		char c = dnsmsg_plain(label[i]);

		if (c != 0) {
			fits = dnsmsg_put(n, c);
			continue;
		}
		fits = dnsmsg_put(n, '\\') &&
		       dnsmsg_put(n, (char)('0' + label[i] / 100)) &&
		       dnsmsg_put(n, (char)('0' + label[i] / 10 % 10)) &&
		       dnsmsg_put(n, (char)('0' + label[i] % 10));
	}
	n->octets += size + 1;
	return fits && n->octets < DNS_WIRE_MAX;
}

/*
 * Reads the name at c and leaves c behind it. A pointer must lead to before
 * the run of labels it ends, so that every chain of them comes to an end.
 */
static bool dnsmsg_read_name(struct cursor *c, char out[DNS_NAME_MAX])
{
	struct dns_name name = {.length = 0};
	struct cursor at = *c;
	size_t run = cursor_offset(c);
	unsigned hops = 0;

	for (;;) {
		uint8_t length = cursor_u8(&at);

		/* The octets end here: c says so, too. */
		c->bad = c->bad || (hops == 0 && at.bad);
		if (at.bad)
			return false;
		if (length >= 0xc0) {
			size_t to =
			    (size_t)(length & 0x3f) << 8 | cursor_u8(&at);

			if (hops++ == 0)
				*c = at; /* bad, where it is cut in two */
			if (at.bad || to >= run || hops > DNS_HOPS_MAX)
				return false;
			run = to;
			cursor_seek(&at, to);
		} else if (length > DNS_LABEL_MAX) {
			return false; /* 01 and 10 are not in use (RFC 6891) */
		} else if (length == 0) {
			break;
		} else {
			const uint8_t *label = cursor_bytes(&at, length);

			c->bad = c->bad || (hops == 0 && at.bad);
			if (label == NULL ||
			    !dnsmsg_put_label(&name, label, length))
				return false;
		}
	}
	if (hops == 0)
		*c = at;
	if (name.length == 0)
		dnsmsg_put(&name, '.');
	memcpy(out, name.text, name.length);
	out[name.length] = '\0';
	return true;
}

/* Reading records -------------------------------------------------------- */

struct dns_record {
	char owner[DNS_NAME_MAX];
	uint16_t type;
	uint16_t class;
	uint32_t ttl;
	struct cursor data; /* the rdata, inside the whole message */
};

static bool dnsmsg_read_record(struct cursor *c, struct dns_record *r)
{
	uint16_t length;

	if (!dnsmsg_read_name(c, r->owner))
		return false;
	r->type = cursor_be16(c);
	r->class = cursor_be16(c);
	r->ttl = cursor_be32(c);
	length = cursor_be16(c);
	r->data = *c;
	cursor_skip(c, length);
	if (c->bad)
		return false;
	r->data.end = c->at;
	/* The top bit is reserved: treated as zero (RFC 2181 §8). */
	if (r->ttl > INT32_MAX)
		r->ttl = 0;
	return true;
}

/* How many whole records there are; a cut message may end in half a one. */
static bool dnsmsg_count_records(struct dns_message *m, struct cursor c,
				 size_t announced, size_t *count)
{
	struct dns_record r;

	*count = 0;
	while (*count < announced && *count < DNS_ANSWERS_MAX) {
		if (!dnsmsg_read_record(&c, &r)) {
			m->cut = !m->truncated && c.bad;
			return m->truncated;
		}
		(*count)++;
	}
	return *count == announced;
}

struct dns_reader {
	struct dns_message *m;
	struct cursor answers;
	size_t count;
	bool has_ttl;
	char name[DNS_NAME_MAX]; /* where the chain has led so far */
};

static void dnsmsg_take_ttl(struct dns_reader *d, uint32_t ttl)
{
	if (!d->has_ttl || ttl < d->m->ttl)
		d->m->ttl = ttl;
	d->has_ttl = true;
}

static bool dnsmsg_seen(const struct dns_message *m, const char *name)
{
	if (strcmp(m->question, name) == 0)
		return true;
	for (size_t i = 0; i < m->chain_count; i++)
		if (strcmp(m->chain[i], name) == 0)
			return true;
	return false;
}

/* The CNAME of d->name. 1: followed, 0: none, -1: not a message. */
static int dnsmsg_next_alias(struct dns_reader *d)
{
	struct cursor c = d->answers;
	struct dns_record r;
	char target[DNS_NAME_MAX];

	for (size_t i = 0; i < d->count; i++) {
		if (!dnsmsg_read_record(&c, &r))
			return -1;
		if (r.type != DNS_CNAME || r.class != DNS_CLASS_IN ||
		    strcmp(r.owner, d->name) != 0)
			continue;
		if (!dnsmsg_read_name(&r.data, target))
			return -1;
		dnsmsg_take_ttl(d, r.ttl);
		if (dnsmsg_seen(d->m, target) ||
		    d->m->chain_count == DNS_CHAIN_MAX) {
			d->m->loop = true;
			return 0;
		}
		memcpy(d->name, target, sizeof target);
		memcpy(d->m->chain[d->m->chain_count++], target, sizeof target);
		return 1;
	}
	return 0;
}

static bool dnsmsg_take_address(struct dns_reader *d, struct dns_record *r)
{
	bool v4 = r->type == DNS_A;
	size_t size = v4 ? 4 : 16;
	struct addr *a = &d->m->addresses[d->m->address_count];

	if (cursor_left(&r->data) != size)
		return false;
	*a = (struct addr){.family = v4 ? ADDR_V4 : ADDR_V6};
	memcpy(a->bytes, cursor_bytes(&r->data, size), size);
	d->m->address_count++;
	return true;
}

static bool dnsmsg_take_record(struct dns_reader *d, struct dns_record *r)
{
	if (r->class != DNS_CLASS_IN || r->type != d->m->question_type ||
	    strcmp(r->owner, d->name) != 0)
		return true; /* not what was asked for: skipped */
	if (r->type == DNS_A || r->type == DNS_AAAA) {
		if (!dnsmsg_take_address(d, r))
			return false;
	} else if (r->type == DNS_PTR && d->m->chain_count < DNS_CHAIN_MAX) {
		if (!dnsmsg_read_name(&r->data,
				      d->m->chain[d->m->chain_count++]))
			return false;
	}
	dnsmsg_take_ttl(d, r->ttl);
	return true;
}

static bool dnsmsg_read_answers(struct dns_message *m, struct cursor answers,
				size_t announced)
{
	struct dns_reader d = {.m = m, .answers = answers};
	struct dns_record r;
	int followed;

	if (!dnsmsg_count_records(m, answers, announced, &d.count))
		return false;
	memcpy(d.name, m->question, sizeof d.name);
	do
		followed = dnsmsg_next_alias(&d);
	while (followed == 1);
	if (followed == -1)
		return false;
	if (m->question_type == DNS_PTR)
		m->chain_count = 0; /* the names are wanted, not the way */
	for (size_t i = 0; i < d.count; i++)
		if (!dnsmsg_read_record(&answers, &r) ||
		    !dnsmsg_take_record(&d, &r))
			return false;
	return true;
}

bool dnsmsg_parse(struct dns_message *out, const void *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	uint16_t flags, questions, answers;

	memset(out, 0, sizeof *out);
	out->id = cursor_be16(&c);
	flags = cursor_be16(&c);
	out->response = (flags & 0x8000) != 0;
	out->authoritative = (flags & 0x0400) != 0;
	out->truncated = (flags & 0x0200) != 0;
	out->recursion_available = (flags & 0x0080) != 0;
	out->authenticated = (flags & 0x0020) != 0;
	out->rcode = flags & 0x000f;
	questions = cursor_be16(&c);
	answers = cursor_be16(&c);
	cursor_skip(&c, 4);
	/* Without a question: only in an error that holds nothing else. */
	if (c.bad || questions > 1 || (flags & 0x7800) != 0 ||
	    (questions == 0 && answers != 0))
		return false;
	if (questions == 0)
		return true;
	if (!dnsmsg_read_name(&c, out->question))
		return false;
	out->question_type = cursor_be16(&c);
	if (cursor_be16(&c) != DNS_CLASS_IN || c.bad)
		return false;
	return dnsmsg_read_answers(out, c, answers);
}

/* Names ------------------------------------------------------------------ */

static const char *dnsmsg_reverse6(const struct addr *a, char out[DNS_NAME_MAX])
{
	static const char hex[] = "0123456789abcdef";
	static const char root[] = "ip6.arpa";
	size_t at = 0;

	for (size_t i = sizeof a->bytes; i-- > 0;) {
		out[at++] = hex[a->bytes[i] & 0x0f];
		out[at++] = '.';
		out[at++] = hex[a->bytes[i] >> 4];
		out[at++] = '.';
	}
	memcpy(out + at, root, sizeof root);
	return out;
}

const char *dnsmsg_reverse_name(const struct addr *a, char out[DNS_NAME_MAX])
{
	const uint8_t *b = a->bytes;

	if (a->family == ADDR_V6)
		return dnsmsg_reverse6(a, out);
	snprintf(out, DNS_NAME_MAX, "%u.%u.%u.%u.in-addr.arpa", (unsigned)b[3],
		 (unsigned)b[2], (unsigned)b[1], (unsigned)b[0]);
	return out;
}

const char *dnsmsg_rcode_name(unsigned rcode, char out[16])
{
	static const char *const names[] = {
	    "NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",  "REFUSED",
	    "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE",
	};

	if (rcode < sizeof names / sizeof names[0])
		return names[rcode];
	snprintf(out, 16, "RCODE%u", rcode);
	return out;
}
