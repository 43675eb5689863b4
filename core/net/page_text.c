/* page_text.c - a page's print, and where it sends a browser. */
#include "core/net/page_text.h"

#include "core/base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	PAGE_SEARCHED = 16384, /* bytes of a body */
	PAGE_SMALL = 4096,     /* larger ones have many scripts */
	PAGE_TOKEN = 64
};

/* A body, or what is searched of it. */
struct page_bytes {
	const char *at, *end;
};

static struct page_bytes page_body(const struct http_reply *r)
{
	size_t size =
	    r->body_length < PAGE_SEARCHED ? r->body_length : PAGE_SEARCHED;
	const char *body = (const char *)r->body;

	return (struct page_bytes){body, body == NULL ? NULL : body + size};
}

static bool page_begins(const struct page_bytes *b, const char *word)
{
	size_t length = strlen(word);

	return (size_t)(b->end - b->at) >= length &&
	       text_ncasecmp(b->at, word, length) == 0;
}

/* Moves to the next place of a word; false: there is none. */
static bool page_find(struct page_bytes *b, const char *word)
{
	for (; b->at < b->end; b->at++) {
		if (page_begins(b, word))
			return true;
	}
	return false;
}

static bool page_has(const struct http_reply *r, const char *word)
{
	struct page_bytes b = page_body(r);

	return *word != '\0' && page_find(&b, word);
}

/* Prints ------------------------------------------------------------------ */

static bool page_is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static uint64_t page_add(uint64_t hash, const char *at, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint64_t)tolower((unsigned char)at[i])) *
		       1099511628211U;
	return hash;
}

/* FNV-1a over what all visitors get alike. */
static uint64_t page_hash(struct page_bytes b, const char *host)
{
	uint64_t hash = 14695981039346656037U;

	while (b.at < b.end) {
		const char *word = b.at;
		bool digit = false;

		if (*host != '\0' && page_begins(&b, host)) {
			b.at += strlen(host);
			continue;
		}
		for (; b.at < b.end && page_is_word(*b.at); b.at++)
			digit |= isdigit((unsigned char)*b.at) != 0;
		if (b.at == word) {
			if (!isspace((unsigned char)*word))
				hash = page_add(hash, word, 1);
			b.at++;
		} else if (!digit) {
			hash = page_add(hash, word, (size_t)(b.at - word));
		}
	}
	return hash;
}

/* "nginx" of "nginx/1.22.1". */
static bool page_is_stock(const struct http_reply *r)
{
	char name[PAGE_TOKEN];

	text_copy(name, sizeof name, r->server);
	name[strcspn(name, "/ (")] = '\0';
	return page_has(r, name);
}

static bool page_acts(const struct http_reply *r)
{
	return page_has(r, "<script") || page_has(r, "<form") ||
	       page_has(r, "http-equiv");
}

const char *page_print(const struct http_reply *r, const char *host,
		       char out[PAGE_PRINT])
{
	const char *kind = page_is_stock(r) ? "stock"
			   : page_acts(r)   ? "script"
					    : "text";

	if (r->body_length == 0)
		snprintf(out, PAGE_PRINT, "empty");
	else
		snprintf(out, PAGE_PRINT, "%s-%016" PRIx64, kind,
			 page_hash(page_body(r), host == NULL ? "" : host));
	return out;
}

/* Onward ------------------------------------------------------------------ */

static void page_skip(struct page_bytes *b, const char *set)
{
	while (b->at < b->end && *b->at != '\0' && strchr(set, *b->at) != NULL)
		b->at++;
}

/* An absolute URL right there, after blanks and quotes. */
static bool page_url_at(struct page_bytes b, char out[PAGE_URL])
{
	page_skip(&b, " \t\r\n\"'");
	if (!page_begins(&b, "http://") && !page_begins(&b, "https://"))
		return false;
	text_sanitise(out, PAGE_URL, b.at, (size_t)(b.end - b.at));
	out[strcspn(out, "\"'<> ;)")] = '\0';
	return true;
}

/* <meta http-equiv="refresh" content="0; url=http://..."> */
static bool page_refresh(struct page_bytes b, char out[PAGE_URL])
{
	while (page_find(&b, "http-equiv")) {
		struct page_bytes tag = b;

		while (tag.end > tag.at && b.at < b.end && *b.at != '>')
			b.at++;
		tag.end = b.at;
		if (!page_find(&tag, "refresh") || !page_find(&tag, "url"))
			continue;
		tag.at += strlen("url");
		page_skip(&tag, " =");
		if (page_url_at(tag, out))
			return true;
	}
	return false;
}

/* location = "...", location.href = "...", location.replace("..."). */
static bool page_script(struct page_bytes b, char out[PAGE_URL])
{
	static const char *const ways[] = {".href", ".replace", ".assign"};

	for (; page_find(&b, "location"); b.at++) {
		struct page_bytes rest = {b.at + strlen("location"), b.end};
		const char *name;

		for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
			if (page_begins(&rest, ways[i]))
				rest.at += strlen(ways[i]);
		}
		name = rest.at;
		page_skip(&rest, " \t\r\n=(");
		if (rest.at > name && page_url_at(rest, out))
			return true;
	}
	return false;
}

bool page_onward(const struct http_reply *r, char out[PAGE_URL])
{
	struct page_bytes b = page_body(r);

	if (b.at == NULL)
		return false;
	return page_refresh(b, out) ||
	       (r->body_length <= PAGE_SMALL && page_script(b, out));
}
