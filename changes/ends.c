/* ends.c - where a path begins or ends: addresses, networks, names. */
#include "changes/build.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <string.h>

bool change_is_name(const char *text, bool wildcard)
{
	static const char characters[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789-_.";

	if (wildcard) {
		if (strncmp(text, "*.", 2) != 0)
			return false;
		text += 2;
	}
	return *text != '\0' && *text != '.' && *text != '-' &&
	       strlen(text) <= TARGET_NAME_MAX && strstr(text, "..") == NULL &&
	       text[strspn(text, characters)] == '\0';
}

static unsigned end_width(const struct addr *a)
{
	return a->family == ADDR_V4 ? 32 : 128;
}

bool change_net_is_host(const struct change_net *n)
{
	return n->prefix == end_width(&n->first);
}

const char *change_net_text(const struct change_net *n, char out[ADDR_TEXT + 4])
{
	struct addr plain = n->first;
	size_t length;

	/* The interface of a link-local address means nothing elsewhere. */
	plain.scope = 0;
	addr_text(&plain, out);
	length = strlen(out);
	if (!change_net_is_host(n))
		snprintf(out + length, ADDR_TEXT + 4 - length, "/%u",
			 n->prefix);
	return out;
}

static bool end_bit(const struct addr *a, unsigned bit)
{
	return (a->bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

/* How many of the last bits are zero. */
static unsigned end_zeros(const struct addr *a)
{
	unsigned width = end_width(a), zeros = 0;

	while (zeros < width && !end_bit(a, width - 1 - zeros))
		zeros++;
	return zeros;
}

/* The fewest networks that are exactly `total` addresses from `at` on. */
static void end_split(struct arena *a, struct addr at, uint64_t total,
		      const struct change_net **nets, size_t *count)
{
	enum {
		MOST = 64
	}; /* at most one of each size on the way up and down */
	struct change_net *list = arena_calloc(a, MOST, sizeof *list);

	*count = 0;
	*nets = list;
	while (total > 0 && *count < MOST) {
		unsigned zeros = end_zeros(&at);
		uint64_t size = 1;

		while (zeros > 0 && size * 2 <= total) {
			size *= 2;
			zeros--;
		}
		list[*count].first = at;
		list[*count].prefix = end_width(&at);
		for (uint64_t s = size; s > 1; s /= 2)
			list[*count].prefix--;
		(*count)++;
		total -= size;
		if (total > 0 && !addr_add(&at, size))
			return;
	}
}

/* "10.2.1.0/24" as written: with its network address. */
static bool end_cidr(struct arena *a, const char *text,
		     const struct change_net **nets, size_t *count)
{
	const char *slash = strchr(text, '/');
	struct change_net *one;
	struct addr first;
	int64_t prefix;

	if (slash == NULL)
		return false;
	if (!addr_parse(&first,
			arena_strndup(a, text, (size_t)(slash - text))) ||
	    !text_number(slash + 1, 0, end_width(&first), &prefix))
		return false;
	for (unsigned bit = (unsigned)prefix; bit < end_width(&first); bit++)
		first.bytes[bit / 8] &= (uint8_t) ~(1u << (7 - bit % 8));
	one = arena_calloc(a, 1, sizeof *one);
	*one = (struct change_net){first, (unsigned)prefix};
	*nets = one;
	*count = 1;
	return true;
}

bool change_nets(struct arena *a, const char *text,
		 const struct change_net **nets, size_t *count)
{
	struct change_net *one;
	struct error unused;
	struct addr first;
	uint64_t total;

	if (addr_parse(&first, text)) {
		one = arena_calloc(a, 1, sizeof *one);
		*one = (struct change_net){first, end_width(&first)};
		*nets = one;
		*count = 1;
		return true;
	}
	if (end_cidr(a, text, nets, count))
		return true;
	if (!target_is_network(text) ||
	    target_network(text, &first, &total, &unused) == -1)
		return false;
	end_split(a, first, total, nets, count);
	return *count > 0;
}

static bool end_wanted(const struct addr *a, enum family_want family)
{
	return family == FAMILY_BOTH ||
	       (family == FAMILY_V4) == (a->family == ADDR_V4);
}

static struct change_end *end_new(struct change_build *b,
				  enum change_end_kind kind, const char *text,
				  const char *label)
{
	struct change_end *e = arena_calloc(b->arena, 1, sizeof *e);

	e->kind = kind;
	e->text = arena_strdup(b->arena, text);
	if (label != NULL && strcmp(label, text) != 0)
		e->label = arena_strdup(b->arena, label);
	return e;
}

const struct change_end *change_end_addrs(struct change_build *b,
					  const char *text, const char *label,
					  const struct addr *list, size_t count)
{
	struct change_end *e = end_new(b, END_NET, text, label);
	struct change_net *nets =
	    arena_calloc(b->arena, count + 1, sizeof *nets);

	/* Sorted by insertion: lists of one name or host are short. */
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;

		while (at < e->net_count &&
		       addr_compare(&nets[at].first, &list[i]) < 0)
			at++;
		if (at < e->net_count && addr_equal(&nets[at].first, &list[i]))
			continue;
		memmove(&nets[at + 1], &nets[at],
			(e->net_count - at) * sizeof *nets);
		nets[at] = (struct change_net){list[i], end_width(&list[i])};
		e->net_count++;
	}
	e->nets = nets;
	return e;
}

const struct change_end *change_end_unknown(struct change_build *b,
					    const char *text,
					    const char *missing)
{
	struct change_end *e = end_new(b, END_UNKNOWN, text, NULL);

	e->missing = arena_strdup(b->arena, missing);
	return e;
}

const struct change_end *change_end_nets(struct change_build *b,
					 const char *text, const char *label,
					 enum family_want family)
{
	struct change_end *e;
	const struct change_net *nets;
	size_t count;

	if (!change_nets(b->arena, text, &nets, &count))
		return change_end_unknown(b, text, "not an address");
	if (!end_wanted(&nets[0].first, family))
		return NULL;
	e = end_new(b, END_NET, text, label);
	e->nets = nets;
	e->net_count = count;
	return e;
}

const struct change_end *change_end_name(struct change_build *b,
					 const char *text, const char *label,
					 enum family_want family)
{
	const struct change_context *c = b->context;
	const struct addr *list = NULL;
	struct addr *kept;
	struct change_end *e;
	size_t count = 0, n = 0;

	if (!change_is_name(text, false))
		return change_end_unknown(b, text, "not a DNS name");
	if (c->resolve != NULL)
		list = c->resolve(c->resolve_arg, text, &count);
	kept = arena_calloc(b->arena, count + 1, sizeof *kept);
	for (size_t i = 0; i < count; i++) {
		if (end_wanted(&list[i], family))
			kept[n++] = list[i];
	}
	e = arena_copy(b->arena, change_end_addrs(b, text, label, kept, n), 1,
		       sizeof *e);
	e->kind = END_NAME;
	if (n == 0)
		e->missing = c->resolve == NULL ? "the name was not looked up"
			     : count > 0
				 ? "the name has no address in the requested "
				   "family"
				 : "the name did not resolve";
	return e;
}

const struct change_end *change_end_wildcard(struct change_build *b,
					     const char *text,
					     const char *known)
{
	struct change_end *e;

	if (!change_is_name(text, true))
		return change_end_unknown(b, text, "not a wildcard name");
	e = end_new(b, END_WILDCARD, text, NULL);
	e->known = known;
	return e;
}

const struct change_end *change_end_of(struct change_build *b, const char *text,
				       const char *label,
				       enum family_want family)
{
	struct addr literal;

	if (addr_parse(&literal, text) || target_is_network(text))
		return change_end_nets(b, text, label, family);
	return change_end_name(b, text, label, family);
}

const char *change_ports(struct change_build *b, const struct port_list *list)
{
	const char *text = "";

	for (size_t i = 0; list != NULL && i < list->count; i++) {
		const struct port_range *r = &list->ranges[i];
		const char *comma = i > 0 ? "," : "";

		text = r->first == r->last
			   ? arena_printf(b->arena, "%s%s%u", text, comma,
					  r->first)
			   : arena_printf(b->arena, "%s%s%u-%u", text, comma,
					  r->first, r->last);
	}
	return text;
}
