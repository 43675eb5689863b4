/*
 * decode.c - a table as programs save it, as UTF-8 text with LF line ends.
 */
#include "profiles/read/decode.h"
#include "core/base/text.h"

#include <string.h>

/* Files that are not text, by how they begin. */
static const struct decode_kind {
	const char *start, *name;
} decode_kinds[] = {
    {"PK\x03\x04", "an Excel workbook (or another ZIP archive)"},
    {"\xd0\xcf\x11\xe0", "an Excel workbook"},
    {"%PDF", "a PDF"},
    {"{\\rtf", "an RTF document"},
    {"\x1f\x8b", "a compressed file"},
    {"<!DOCTYPE html", "a web page"},
    {"<html", "a web page"},
    {"<table", "a web page"},
    {"SQLite format", "a database"},
    {"\x89PNG", "a picture"},
    {"\xff\xd8\xff", "a picture"},
};

/* 0x80 to 0x9f of Windows-1252; 0: the byte stands for nothing. */
static const uint16_t decode_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

static const char *decode_kind_of(const struct buf *text)
{
	const char *start = buf_text(text);

	for (size_t i = 0; i < sizeof decode_kinds / sizeof decode_kinds[0];
	     i++) {
		size_t length = strlen(decode_kinds[i].start);

		if (text->length >= length &&
		    text_ncasecmp(start, decode_kinds[i].start, length) == 0)
			return decode_kinds[i].name;
	}
	/* What Excel calls XML; Nmap's is read. */
	if (strncmp(start, "<?xml", 5) == 0 &&
	    strstr(start, "<nmaprun") == NULL)
		return "an XML file of another program";
	return NULL;
}

static void decode_put(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_putc(out, (char)c);
	} else if (c < 0x800) {
		buf_putc(out, (char)(0xc0 | c >> 6));
		buf_putc(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_putc(out, (char)(0xe0 | c >> 12));
		buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_putc(out, (char)(0xf0 | c >> 18));
		buf_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(out, (char)(0x80 | (c & 0x3f)));
	}
}

/* Blanks that do not break, or of another width. */
static bool decode_is_blank(uint32_t c)
{
	return c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

/* Marks that no one sees: they come along with what is copied from a dialog or
 * a web page. */
static bool decode_is_invisible(uint32_t c)
{
	return c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) ||
	       c == 0xfeff;
}

/* One character into out; CR LF was looked at before. */
static void decode_character(struct buf *out, uint32_t c, struct decoded *what)
{
	if (decode_is_invisible(c))
		what->invisible++;
	else
		decode_put(out, decode_is_blank(c) ? ' ' : c);
}

/* A line end of any system; how many units it takes, 0 where there is none. */
static size_t decode_line_end(uint32_t c, uint32_t next)
{
	if (c == '\r')
		return next == '\n' ? 2 : 1;
	return c == '\n' || c == 0x2028 || c == 0x2029 ? 1 : 0;
}

struct decode_place {
	const char *path;
	unsigned line, column;
};

static int decode_control(const struct decode_place *at, uint32_t c,
			  struct error *err)
{
	if (c == 0)
		return error_at(err, at->path, at->line, at->column,
				"NUL byte: this is not a text file");
	if ((c < ' ' && c != '\t') || (c >= 0x7f && c < 0xa0) ||
	    (c & 0xfffe) == 0xfffe)
		return error_at(err, at->path, at->line, at->column,
				"control character in the text");
	return 0;
}

/* Unit i of UTF-16, 0 behind the end. */
static uint32_t decode_unit(const struct buf *in, size_t i, bool big)
{
	const uint8_t *b = in->data + 2 * i;

	if (2 * i + 1 >= in->length)
		return 0;
	return big ? (uint32_t)(b[0] << 8 | b[1])
		   : (uint32_t)(b[1] << 8 | b[0]);
}

/* The next character of a text; *used units. False: there is none here. */
typedef bool decode_next(const struct buf *in, size_t i, uint32_t *c,
			 size_t *used);

static bool decode_utf16(const struct buf *in, size_t i, bool big, uint32_t *c,
			 size_t *used)
{
	uint32_t low;

	*c = decode_unit(in, i, big);
	*used = 1;
	if (*c < 0xd800 || *c > 0xdfff)
		return true;
	low = decode_unit(in, i + 1, big);
	if (*c > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return false;
	*c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
	*used = 2;
	return true;
}

static bool decode_next_le(const struct buf *in, size_t i, uint32_t *c,
			   size_t *used)
{
	return decode_utf16(in, i, false, c, used);
}

static bool decode_next_be(const struct buf *in, size_t i, uint32_t *c,
			   size_t *used)
{
	return decode_utf16(in, i, true, c, used);
}

static bool decode_next_utf8(const struct buf *in, size_t i, uint32_t *c,
			     size_t *used)
{
	*used = text_utf8(in->data + i, in->length - i, c);
	return *used > 0;
}

static bool decode_next_1252(const struct buf *in, size_t i, uint32_t *c,
			     size_t *used)
{
	uint8_t byte = in->data[i];

	*used = 1;
	*c = byte >= 0x80 && byte < 0xa0 ? decode_1252[byte - 0x80] : byte;
	return *c != 0 || byte == 0;
}

/* All of `in`, `units` long, into out. */
static int decode_all(struct decode_place at, const struct buf *in,
		      size_t units, decode_next *next, struct buf *out,
		      struct decoded *what, struct error *err)
{
	uint32_t c, after;
	size_t used, more;

	for (size_t i = 0; i < units; i += used, at.column++) {
		if (!next(in, i, &c, &used)) {
			error_at(err, at.path, at.line, at.column,
				 "is not %s from here on",
				 what->encoding == NULL ? "UTF-8"
							: what->encoding);
			error_suggest(err, "save it again as 'CSV UTF-8'");
			return -1;
		}
		if (i + used >= units || !next(in, i + used, &after, &more))
			after = 0;
		if (decode_line_end(c, after) > 0) {
			used += decode_line_end(c, after) - 1;
			buf_putc(out, '\n');
			at.line++;
			at.column = 0;
		} else if (decode_control(&at, c, err) == -1) {
			return -1;
		} else {
			decode_character(out, c, what);
		}
	}
	return 0;
}

/* Bytes above 0x7f: how many lie in UTF-8 characters, and the others. */
static void decode_count(const struct buf *in, size_t *valid, size_t *bad)
{
	uint32_t c;
	size_t used;

	*valid = *bad = 0;
	for (size_t i = 0; i < in->length; i += used) {
		used = text_utf8(in->data + i, in->length - i, &c);
		*valid += used > 1;
		*bad += used == 0;
		used += used == 0;
	}
}

/* UTF-16 without a mark: every other byte of the first characters is zero. */
static bool decode_looks_wide(const struct buf *in, size_t zero)
{
	size_t seen = in->length < 64 ? in->length / 2 : 32, wide = 0;

	for (size_t i = 0; i < seen; i++)
		wide += in->data[2 * i + zero] == 0 &&
			in->data[2 * i + 1 - zero] != 0;
	return seen >= 4 && wide * 10 >= seen * 9;
}

static int decode_narrow(struct decode_place at, const struct buf *in,
			 struct buf *out, struct decoded *what,
			 struct error *err)
{
	size_t valid, bad;

	decode_count(in, &valid, &bad);
	if (bad > 0 && valid == 0)
		what->encoding = "Windows-1252";
	if (bad == 0 || valid == 0)
		return decode_all(at, in, in->length,
				  bad == 0 ? decode_next_utf8
					   : decode_next_1252,
				  out, what, err);
	error_at(err, at.path, 0, 0,
		 "mixes UTF-8 and another encoding: %zu bytes are not UTF-8",
		 bad);
	error_suggest(err, "save it again as 'CSV UTF-8'");
	return -1;
}

int decode_table(const char *path, struct buf *text, struct decoded *out,
		 struct error *err)
{
	struct decode_place at = {path, 1, 1};
	const char *kind = decode_kind_of(text);
	const uint8_t *b = text->data;
	bool marked_be, marked_le;
	struct buf made;
	int status;

	*out = (struct decoded){0};
	if (kind != NULL) {
		error_at(err, path, 0, 0, "is %s, not a list of devices", kind);
		error_suggest(err, "open it and save as CSV");
		return -1;
	}
	marked_le = text->length >= 2 && b[0] == 0xff && b[1] == 0xfe;
	marked_be = text->length >= 2 && b[0] == 0xfe && b[1] == 0xff;
	buf_init(&made, (size_t)3 * TABLE_BYTES_MAX);
	if (marked_le || marked_be)
		buf_consume(text, 2);
	if (marked_le || (!marked_be && decode_looks_wide(text, 1))) {
		out->encoding = "UTF-16";
		status = decode_all(at, text, text->length / 2, decode_next_le,
				    &made, out, err);
	} else if (marked_be || decode_looks_wide(text, 0)) {
		out->encoding = "UTF-16";
		status = decode_all(at, text, text->length / 2, decode_next_be,
				    &made, out, err);
	} else {
		status = decode_narrow(at, text, &made, out, err);
	}
	buf_free(text);
	*text = made;
	return status;
}
