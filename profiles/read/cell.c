/*
 * cell.c - what people write into the cells of a list of devices.
 */
#include "profiles/read/cell.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { CELL_NAME_MAX = 64 };

static const char *const cell_nothings[] = {"n/a",
					    "na",
					    "#n/a",
					    "n.a.",
					    "-",
					    "--",
					    "---",
					    "\u2013",
					    "\u2014",
					    "?",
					    "??",
					    "none",
					    "null",
					    "nil",
					    "unknown",
					    "tba",
					    "tbd",
					    "tbc",
					    "to be announced",
					    "to be defined",
					    "dhcp",
					    "dynamic",
					    "not set",
					    "not available",
					    "not assigned",
					    "unassigned",
					    "pending",
					    "k.a.",
					    "unbekannt",
					    "keine",
					    "inconnu",
					    "aucun",
					    "0.0.0.0",
					    "::",
					    NULL};

bool cell_is_nothing(const char *text)
{
	if (*text == '\0')
		return true;
	for (size_t i = 0; cell_nothings[i] != NULL; i++)
		if (text_casecmp(cell_nothings[i], text) == 0)
			return true;
	return false;
}

bool cell_is_formula(const char *text)
{
	return *text == '=' && text[1] != '\0';
}

static bool cell_has_only(const char *text, const char *letters)
{
	return text[strspn(text, letters)] == '\0';
}

/* Numbers without leading zeros, in a text of digits and separators. */
static void cell_zeros(char *text)
{
	char *out = text;

	if (!cell_has_only(text, "0123456789.-/"))
		return;
	for (const char *at = text; *at != '\0'; at++) {
		bool first = at == text || !isdigit((unsigned char)at[-1]);

		if (first && *at == '0') {
			while (at[0] == '0' && isdigit((unsigned char)at[1]))
				at++;
		}
		*out++ = *at;
	}
	*out = '\0';
}

/* Blanks around a dash, and dashes of other lengths: "10.2.0.1 – 10.2.0.9". */
static void cell_dashes(char *text)
{
	static const char *const dashes[] = {"\u2013", "\u2014", "\u2012",
					     "\u2010", "\u2011", "..",
					     " to ",   NULL};
	char *at;

	if (!isdigit((unsigned char)*text))
		return;
	for (size_t i = 0; dashes[i] != NULL; i++) {
		while ((at = strstr(text, dashes[i])) != NULL) {
			size_t length = strlen(dashes[i]);

			*at = '-';
			memmove(at + 1, at + length, strlen(at + length) + 1);
		}
	}
	while ((at = strstr(text, " -")) != NULL)
		memmove(at, at + 1, strlen(at));
	while ((at = strstr(text, "- ")) != NULL)
		memmove(at + 1, at + 2, strlen(at + 2) + 1);
}

/* 24 of "255.255.255.0"; -1: it is not a netmask. */
static int cell_prefix(const char *text)
{
	struct addr mask;
	int prefix = 0;
	bool ended = false;

	if (!addr_parse(&mask, text) || mask.family != ADDR_V4)
		return -1;
	for (int bit = 0; bit < 32; bit++) {
		bool one = (mask.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;

		if (one && ended)
			return -1;
		ended = ended || !one;
		prefix += one;
	}
	return prefix > 0 ? prefix : -1;
}

/* "10.2.0.0 255.255.255.0" and "10.2.0.0/255.255.255.0". */
static bool cell_netmask(char *text)
{
	char *at = text + strcspn(text, " /");
	int prefix;

	if (*at == '\0')
		return false;
	prefix = cell_prefix(at + 1 + strspn(at + 1, " /"));
	if (prefix == -1)
		return false;
	snprintf(at, CELL_TEXT - (size_t)(at - text), "/%d", prefix);
	return true;
}

/* What stands between "://" and the path; else the text. */
static bool cell_url(char *text)
{
	char *start = strstr(text, "://");
	char *user;

	if (start == NULL)
		return false;
	start += strlen("://");
	start[strcspn(start, "/?#")] = '\0';
	user = strrchr(start, '@');
	if (user != NULL)
		start = user + 1;
	memmove(text, start, strlen(start) + 1);
	return true;
}

/* HOST:PORT, [V6]:PORT and [V6]. */
static bool cell_port(char *text)
{
	char *close = strchr(text, ']');
	char *colon = strrchr(text, ':');

	if (*text == '[' && close != NULL) {
		*close = '\0';
		memmove(text, text + 1, strlen(text + 1) + 1);
		return true;
	}
	if (colon == NULL || strchr(text, ':') != colon || colon[1] == '\0' ||
	    !cell_has_only(colon + 1, "0123456789"))
		return false;
	*colon = '\0';
	return true;
}

static bool cell_is_local(const struct addr *a)
{
	if (a->family == ADDR_V6)
		return a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
	return a->bytes[0] == 169 && a->bytes[1] == 254;
}

/* The first address of several words; link-local ones only where there is no
 * other. A word of digits may be a part of an address: then it is left. */
static bool cell_first(char *text)
{
	char copy[CELL_TEXT], best[CELL_TEXT] = "";
	char *rest = copy, *word;
	bool local = true;

	if (strpbrk(text, ",; |()") == NULL)
		return false;
	text_copy(copy, sizeof copy, text);
	while ((word = text_split(&rest, ",; |()")) != NULL) {
		struct addr a;

		if (*word != '\0' && cell_has_only(word, "0123456789-"))
			return false;
		cell_zeros(word);
		if (!addr_parse(&a, word) || !local ||
		    (*best != '\0' && cell_is_local(&a)))
			continue;
		text_copy(best, sizeof best, word);
		local = cell_is_local(&a);
	}
	if (*best == '\0')
		return false;
	text_copy(text, CELL_TEXT, best);
	return true;
}

const char *cell_address(const char *text, char out[static CELL_TEXT])
{
	const char *what = NULL;

	text_copy(out, CELL_TEXT, text);
	cell_dashes(out);
	if (cell_url(out))
		what = "the host of a URL";
	if (cell_port(out) && what == NULL)
		what = "the host without its port";
	cell_zeros(out);
	if (cell_netmask(out))
		what = "a network";
	else if (cell_first(out))
		what = "the first of several";
	return what == NULL && strcmp(text, out) != 0
		   ? "the same in another spelling"
		   : what;
}

bool cell_is_address(const char *text)
{
	char plain[CELL_TEXT];
	struct addr a;

	cell_address(text, plain);
	return addr_parse(&a, plain) ||
	       (isdigit((unsigned char)*plain) && target_is_network(plain));
}

const char *cell_name(const char *text, char out[static CELL_TEXT])
{
	size_t length;

	/* Blanks, and what a spreadsheet takes for the start of something. */
	text += strspn(text, " \t'=");
	if (cell_is_nothing(text))
		text = "";
	text_copy(out, CELL_TEXT, text);
	for (char *at = out; (at = strpbrk(at, "/:#[]\t")) != NULL; at++)
		*at = *at == '\t' ? ' ' : '-';
	length = strlen(out);
	if (length > CELL_NAME_MAX)
		length = CELL_NAME_MAX;
	/* Not in the middle of a character. */
	while (length > 0 && length < strlen(out) &&
	       ((unsigned char)out[length] & 0xc0) == 0x80)
		length--;
	while (length > 0 && out[length - 1] == ' ')
		length--;
	out[length] = '\0';
	return out;
}
