/* resolvconf.c - resolv.conf(5) and the hosts file, as glibc reads them. */
#include "core/net/resolvconf.h"
#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/os/resolver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESOLVCONF_FILE_MAX = 1 << 20 };

/* Lines and words -------------------------------------------------------- */

/* The next word on the line, in out; false at the end of the line. */
static bool resolvconf_next_word(const char **at, char *out, size_t size)
{
	size_t length;

	*at += strspn(*at, " \t\r");
	length = strcspn(*at, " \t\r\n#;");
	if (length == 0)
		return false;
	if (length < size) {
		memcpy(out, *at, length);
		out[length] = '\0';
	} else {
		out[0] = '\0'; /* too long to mean anything */
	}
	*at += length;
	return true;
}

static const char *resolvconf_next_line(const char *at)
{
	at += strcspn(at, "\n");
	return *at == '\n' ? at + 1 : at;
}

/* resolv.conf ------------------------------------------------------------ */

static void resolvconf_take_server(struct resolvconf *c, const char *at)
{
	char word[ADDR_TEXT];
	struct addr a;

	if (c->server_count == RESOLVCONF_SERVERS_MAX ||
	    !resolvconf_next_word(&at, word, sizeof word) ||
	    !addr_parse(&a, word))
		return;
	a.port = 53;
	c->servers[c->server_count++] = a;
}

static void resolvconf_take_domains(struct resolvconf *c, const char *at,
				    size_t max)
{
	char word[DNS_NAME_MAX];

	c->search_count = 0; /* the last line wins */
	while (c->search_count < max &&
	       resolvconf_next_word(&at, word, sizeof word)) {
		size_t length = strlen(word);

		if (length > 0 && word[length - 1] == '.')
			word[--length] = '\0';
		if (length > 0)
			text_copy(c->search[c->search_count++], DNS_NAME_MAX,
				  word);
	}
}

static void resolvconf_take_search(struct resolvconf *c, const char *at)
{
	resolvconf_take_domains(c, at, RESOLVCONF_SEARCH_MAX);
}

static void resolvconf_take_domain(struct resolvconf *c, const char *at)
{
	resolvconf_take_domains(c, at, 1);
}

static void resolvconf_take_options(struct resolvconf *c, const char *at)
{
	char word[64];
	int64_t n;

	while (resolvconf_next_word(&at, word, sizeof word))
		if (strncmp(word, "ndots:", 6) == 0 &&
		    text_number(word + 6, 0, INT32_MAX, &n))
			c->ndots = n > RESOLVCONF_NDOTS_MAX
				       ? RESOLVCONF_NDOTS_MAX
				       : (unsigned)n;
}

static const struct keyword {
	const char *word; /* at the very start of the line */
	void (*take)(struct resolvconf *c, const char *at);
} keywords[] = {
    {"nameserver", resolvconf_take_server},
    {"search", resolvconf_take_search},
    {"domain", resolvconf_take_domain},
    {"options", resolvconf_take_options},
};

static void resolvconf_take_line(struct resolvconf *c, const char *line)
{
	size_t length = strcspn(line, " \t\r\n");

	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
		if (strlen(keywords[i].word) == length &&
		    strncmp(line, keywords[i].word, length) == 0)
			keywords[i].take(c, line + length);
}

void resolvconf_parse(struct resolvconf *out, const char *text)
{
	*out = (struct resolvconf){.ndots = 1};
	for (; *text != '\0'; text = resolvconf_next_line(text))
		resolvconf_take_line(out, text);
	out->unconfigured = out->server_count == 0;
	if (out->unconfigured)
		resolvconf_take_server(out, "127.0.0.1");
}

void resolvconf_load(struct resolvconf *out)
{
	char host[DNS_NAME_MAX] = "";
	const char *dot;
	struct buf b;

	buf_init(&b, RESOLVCONF_FILE_MAX);
	os_resolver_servers(&b);
	resolvconf_parse(out, buf_text(&b));
	buf_free(&b);
	if (out->search_count > 0 || !os_resolver_own_name(host, sizeof host))
		return;
	dot = strchr(host, '.');
	if (dot != NULL)
		resolvconf_take_domain(out, dot + 1);
}

/* The search list -------------------------------------------------------- */

static unsigned resolvconf_count_dots(const char *name)
{
	unsigned dots = 0;

	for (; *name != '\0'; name++)
		dots += *name == '.';
	return dots;
}

size_t resolvconf_candidates(const struct resolvconf *c, const char *name,
			     char out[RESOLVCONF_CANDIDATES_MAX][DNS_NAME_MAX],
			     size_t *as_is)
{
	size_t length = strlen(name);
	bool absolute = length > 0 && name[length - 1] == '.';
	bool first = absolute || resolvconf_count_dots(name) >= c->ndots;
	size_t count = 0;

	*as_is = 0;
	if (length >= DNS_NAME_MAX)
		return 0;
	if (first)
		text_copy(out[count++], DNS_NAME_MAX, name);
	for (size_t i = 0; i < c->search_count && !absolute; i++) {
		int need = snprintf(out[count], DNS_NAME_MAX, "%s.%s", name,
				    c->search[i]);

		if (need > 0 && need < DNS_NAME_MAX)
			count++;
	}
	if (!first) {
		*as_is = count;
		text_copy(out[count++], DNS_NAME_MAX, name);
	}
	return count;
}

/* The hosts file --------------------------------------------------------- */

static void hosts_add(struct hosts *h, const struct addr *a, const char *name)
{
	if (name[0] == '\0')
		return;
	if (h->count == HOSTS_NAMES_MAX) {
		h->cut = true;
		return;
	}
	h->items =
	    mem_grow(h->items, &h->capacity, h->count + 1, sizeof *h->items);
	h->items[h->count].addr = *a;
	h->items[h->count].name = arena_strdup(&h->names, name);
	h->count++;
}

void hosts_parse(struct hosts *out, const char *text)
{
	for (; *text != '\0'; text = resolvconf_next_line(text)) {
		const char *at = text;
		char word[DNS_NAME_MAX];
		struct addr a;

		if (!resolvconf_next_word(&at, word, sizeof word) ||
		    !addr_parse(&a, word))
			continue;
		while (resolvconf_next_word(&at, word, sizeof word))
			hosts_add(out, &a, word);
	}
}

void hosts_load(struct hosts *out)
{
	struct buf b;

	buf_init(&b, HOSTS_BYTES_MAX);
	os_resolver_hosts(&b);
	out->cut = b.overflow;
	/* The last line may be half of one. */
	while (b.overflow && b.length > 0 && b.data[b.length - 1] != '\n')
		b.length--;
	if (b.data != NULL)
		b.data[b.length] = '\0';
	hosts_parse(out, buf_text(&b));
	buf_free(&b);
}

void hosts_free(struct hosts *h)
{
	free(h->items);
	arena_free(&h->names);
	*h = (struct hosts){0};
}

static bool resolvconf_same_name(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);

	la -= la > 0 && a[la - 1] == '.';
	lb -= lb > 0 && b[lb - 1] == '.';
	return la == lb && text_ncasecmp(a, b, la) == 0;
}

size_t hosts_find(const struct hosts *h, const char *name, bool want4,
		  bool want6, struct addr *out, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < h->count && count < max; i++) {
		const struct addr *a = &h->items[i].addr;

		if ((a->family == ADDR_V4 ? want4 : want6) &&
		    resolvconf_same_name(h->items[i].name, name))
			out[count++] = *a;
	}
	return count;
}

const char *hosts_name(const struct hosts *h, const struct addr *a)
{
	for (size_t i = 0; i < h->count; i++)
		if (addr_equal(&h->items[i].addr, a))
			return h->items[i].name;
	return NULL;
}
