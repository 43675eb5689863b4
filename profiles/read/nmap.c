/*
 * nmap.c - the hosts that Nmap found, from -oG and -oX.
 *
 * Only the few tags and attributes that name a host are looked for; hosts that
 * were down are counted and left out.
 */
#include "profiles/read/cell.h"
#include "profiles/read/decode.h"
#include "profiles/read/row_types.h"
#include "core/base/text.h"

#include <string.h>

/* A part of the text: one line, one host, one tag. */
struct nmap_part {
	const char *at;
	size_t length;
};

struct nmap {
	struct reader *r;
	struct inventory_store *s;
	struct rows rows;
	struct row_types types;
	size_t down;
	unsigned line;
};

bool nmap_is(const struct buf *text)
{
	const char *start = buf_text(text);

	return strstr(start, "<nmaprun") != NULL ||
	       strncmp(start, "# Nmap ", 7) == 0 ||
	       (strncmp(start, "Host: ", 6) == 0 &&
		strstr(start, "\tStatus: ") != NULL);
}

static const char *nmap_find(const struct nmap_part *in, const char *word)
{
	return mem_find(in->at, in->length, word, strlen(word));
}

/* What stands between the first `start` and the `end` behind it. */
static bool nmap_between(const struct nmap_part *in, const char *start,
			 const char *end, struct nmap_part *out)
{
	const char *at = nmap_find(in, start), *stop;
	size_t left;

	if (at == NULL)
		return false;
	at += strlen(start);
	left = in->length - (size_t)(at - in->at);
	stop = mem_find(at, left, end, strlen(end));
	*out =
	    (struct nmap_part){at, stop == NULL ? left : (size_t)(stop - at)};
	return stop != NULL;
}

/* A text in the arena, with the five entities of XML; NULL where it is empty.
 */
static const char *nmap_text(const struct nmap *n, struct nmap_part part)
{
	static const char *const entities[][2] = {{"&lt;", "<"},
						  {"&gt;", ">"},
						  {"&quot;", "\""},
						  {"&apos;", "'"},
						  {"&amp;", "&"}};
	char *text = arena_strndup(n->r->arena, part.at, part.length);

	for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
		size_t length = strlen(entities[i][0]);

		for (char *at = text; (at = strstr(at, entities[i][0])) != NULL;
		     at++) {
			*at = *entities[i][1];
			memmove(at + 1, at + length, strlen(at + length) + 1);
		}
	}
	return *text == '\0' || strlen(text) >= CELL_TEXT ? NULL : text;
}

/* An attribute of the first tag with these words: `<hostname `, `name="`. */
static const char *nmap_attribute(const struct nmap *n,
				  const struct nmap_part *host, const char *tag,
				  const char *name)
{
	struct nmap_part inside, value;

	if (!nmap_between(host, tag, ">", &inside) ||
	    !nmap_between(&inside, name, "\"", &value))
		return NULL;
	return nmap_text(n, value);
}

static void nmap_add(struct nmap *n, const char *address, const char *name,
		     const char *type, const char *os)
{
	struct row row = {.line = n->line};
	char text[CELL_TEXT];

	row.address = (struct row_cell){address, n->line, 1};
	row.name = row.types = row.address;
	row.name.text = NULL;
	if (name != NULL && *cell_name(name, text) != '\0')
		row.name.text = arena_strdup(n->r->arena, text);
	row.words = row_types_of(&n->types, type == NULL ? "" : type,
				 os == NULL ? "" : os, false, n->line);
	rows_add(&n->rows, &row);
}

/* `<host …>…</host>`. */
static void nmap_host(struct nmap *n, const struct nmap_part *host)
{
	const char *state = nmap_attribute(n, host, "<status ", "state=\"");
	const char *type = nmap_attribute(n, host, "<osclass ", " type=\"");
	struct nmap_part rest = *host, tag;
	const char *address = NULL;

	if (type == NULL)
		type = nmap_attribute(n, host, "<osclass ", "type=\"");
	while (address == NULL && nmap_between(&rest, "<address ", ">", &tag)) {
		struct nmap_part value;

		if (nmap_find(&tag, "addrtype=\"mac\"") == NULL &&
		    nmap_between(&tag, "addr=\"", "\"", &value))
			address = nmap_text(n, value);
		rest.length -= (size_t)(tag.at + tag.length - rest.at);
		rest.at = tag.at + tag.length;
	}
	if (address == NULL)
		return;
	if (state != NULL && strcmp(state, "up") != 0) {
		n->down++;
		return;
	}
	nmap_add(n, address, nmap_attribute(n, host, "<hostname ", "name=\""),
		 type != NULL && strcmp(type, "general purpose") == 0 ? NULL
								      : type,
		 nmap_attribute(n, host, "<osmatch ", "name=\""));
}

static unsigned nmap_lines(const char *from, const char *to)
{
	unsigned lines = 0;

	for (; from < to; from++)
		lines += *from == '\n';
	return lines;
}

static int nmap_fail(struct nmap *n, const char *text)
{
	struct error err;

	error_at(&err, n->r->file, n->line, 1, "%s", text);
	errors_add(n->r->errors, &err);
	n->r->failed++;
	return -1;
}

static int nmap_xml(struct nmap *n, const struct buf *text)
{
	struct nmap_part rest = {buf_text(text), text->length}, host;

	while (nmap_find(&rest, "<host ") != NULL ||
	       nmap_find(&rest, "<host>") != NULL) {
		const char *before = rest.at;

		if (!nmap_between(&rest, "<host", "</host>", &host))
			return nmap_fail(n, "ends inside a host");
		if (n->rows.count >= TABLE_ROWS_MAX)
			return nmap_fail(n, "has too many hosts");
		/* `<hosthint>` and `<hosts up=…>` are others. */
		n->line += nmap_lines(before, host.at);
		if (*host.at == ' ' || *host.at == '>') {
			nmap_host(n, &host);
			n->line += nmap_lines(host.at, host.at + host.length);
			host.at += host.length;
		}
		rest.length -= (size_t)(host.at - rest.at);
		rest.at = host.at;
	}
	return 0;
}

/* "Host: 10.2.0.10 (core.corp.example)\tStatus: Up\tOS: …". */
static void nmap_line(struct nmap *n, struct nmap_part line)
{
	struct nmap_part address, name, os = {"", 0};

	if (strncmp(line.at, "Host: ", 6) != 0 ||
	    !nmap_between(&line, "Host: ", " ", &address) ||
	    !nmap_between(&line, "(", ")", &name))
		return;
	if (nmap_find(&line, "Status: Down") != NULL) {
		n->down++;
		return;
	}
	/* One host may have a line for its status and one with more. */
	if (nmap_find(&line, "Status: Up") != NULL &&
	    line.at[line.length] == '\n' &&
	    strncmp(line.at + line.length + 1, line.at,
		    (size_t)(address.at + address.length + 1 - line.at)) == 0)
		return;
	nmap_between(&line, "\tOS: ", "\t", &os);
	if (nmap_text(n, address) != NULL)
		nmap_add(n, nmap_text(n, address), nmap_text(n, name), NULL,
			 nmap_text(n, os));
}

static int nmap_grep(struct nmap *n, const struct buf *text)
{
	const char *at = buf_text(text);

	for (; *at != '\0'; n->line++) {
		size_t length = strcspn(at, "\n");

		if (n->rows.count >= TABLE_ROWS_MAX)
			return nmap_fail(n, "has too many hosts");
		nmap_line(n, (struct nmap_part){at, length});
		at += length + (at[length] != '\0');
	}
	return 0;
}

const struct tree *nmap_read(struct reader *r, struct inventory_store *s,
			     const struct buf *text)
{
	struct nmap n = {.r = r, .s = s, .line = 1};
	const struct tree *root = NULL;
	bool xml = strstr(buf_text(text), "<nmaprun") != NULL;
	int status;

	n.types = (struct row_types){.r = r, .s = s};
	rows_begin(&n.rows, r, s);
	status = xml ? nmap_xml(&n, text) : nmap_grep(&n, text);
	if (status == 0) {
		inventory_note(s, r->file, 0,
			       "is a result of Nmap; hosts up: %zu, down and "
			       "left out: %zu",
			       n.rows.count, n.down);
		row_types_note(&n.types);
		root = rows_tree(&n.rows);
	}
	rows_end(&n.rows);
	row_types_end(&n.types);
	return root;
}
