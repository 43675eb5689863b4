/* text_ascii.c - text for terminals that know ASCII only, and the columns that
 * text takes on those that know more. */
#include "core/base/text.h"

#include <string.h>

enum { LATIN_FIRST = 0xc0, LATIN_COUNT = 0x180 - LATIN_FIRST };

/* U+00C0 to U+017F, as their languages write them without the marks. */
static const char text_latin[LATIN_COUNT][3] = {
    "A", "A", "A",  "A",  "Ae", "A",  "AE", "C", "E",  "E",  "E",  "E",  "I",
    "I", "I", "I",  "D",  "N",  "O",  "O",  "O", "O",  "Oe", "x",  "O",  "U",
    "U", "U", "Ue", "Y",  "Th", "ss", "a",  "a", "a",  "a",  "ae", "a",  "ae",
    "c", "e", "e",  "e",  "e",  "i",  "i",  "i", "i",  "d",  "n",  "o",  "o",
    "o", "o", "oe", "/",  "o",  "u",  "u",  "u", "ue", "y",  "th", "y",  "A",
    "a", "A", "a",  "A",  "a",  "C",  "c",  "C", "c",  "C",  "c",  "C",  "c",
    "D", "d", "D",  "d",  "E",  "e",  "E",  "e", "E",  "e",  "E",  "e",  "E",
    "e", "G", "g",  "G",  "g",  "G",  "g",  "G", "g",  "H",  "h",  "H",  "h",
    "I", "i", "I",  "i",  "I",  "i",  "I",  "i", "I",  "i",  "IJ", "ij", "J",
    "j", "K", "k",  "k",  "L",  "l",  "L",  "l", "L",  "l",  "L",  "l",  "L",
    "l", "N", "n",  "N",  "n",  "N",  "n",  "n", "N",  "n",  "O",  "o",  "O",
    "o", "O", "o",  "OE", "oe", "R",  "r",  "R", "r",  "R",  "r",  "S",  "s",
    "S", "s", "S",  "s",  "S",  "s",  "T",  "t", "T",  "t",  "T",  "t",  "U",
    "u", "U", "u",  "U",  "u",  "U",  "u",  "U", "u",  "U",  "u",  "W",  "w",
    "Y", "y", "Y",  "Z",  "z",  "Z",  "z",  "Z", "z",  "s"};

static const struct {
	uint32_t code;
	const char *plain;
} text_signs[] = {
    {0xa0, " "},     {0xd7, "x"},    {0x2010, "-"},  {0x2011, "-"},
    {0x2012, "-"},   {0x2013, "-"},  {0x2014, "-"},  {0x2018, "'"},
    {0x2019, "'"},   {0x201c, "\""}, {0x201d, "\""}, {0x2022, "-"},
    {0x2026, "..."}, {0x2192, "->"}, {0x2264, "<="}, {0x2265, ">="}};

/* What only a reader of ASCII needs. */
static const struct {
	uint32_t code;
	const char *plain;
} text_more[] = {{0xab, "<<"},   {0xb0, "deg"},  {0xb2, "2"},  {0xb3, "3"},
		 {0xb5, "u"},    {0xb7, "."},    {0xbb, ">>"}, {0x218, "S"},
		 {0x219, "s"},   {0x21a, "T"},   {0x21b, "t"}, {0x1e9e, "SS"},
		 {0x201e, "\""}, {0x20ac, "EUR"}};

const char *text_sign(uint32_t code)
{
	for (size_t i = 0; i < sizeof text_signs / sizeof *text_signs; i++)
		if (text_signs[i].code == code)
			return text_signs[i].plain;
	return NULL;
}

static bool text_is_mark(uint32_t code)
{
	return (code >= 0x300 && code < 0x370) || code == 0x200b ||
	       code == 0x200d || (code >= 0xfe00 && code < 0xfe10);
}

static const char *text_plain_of(uint32_t code)
{
	const char *plain = text_sign(code);

	if (plain != NULL)
		return plain;
	if (code >= LATIN_FIRST && code < LATIN_FIRST + LATIN_COUNT)
		return text_latin[code - LATIN_FIRST];
	for (size_t i = 0; i < sizeof text_more / sizeof *text_more; i++)
		if (text_more[i].code == code)
			return text_more[i].plain;
	return text_is_mark(code) ? "" : "?";
}

char *text_ascii(char *out, size_t size, const char *text)
{
	size_t left = strlen(text), used = 0;

	while (left > 0 && size > 0) {
		uint32_t code = (unsigned char)*text;
		size_t n = text_utf8(text, left, &code), length = 1;
		const char byte[] = {*text, '\0'}, *plain = byte;

		if (n == 0 || code >= 0x80)
			plain = n == 0 ? "?" : text_plain_of(code);
		length = strlen(plain);
		if (used + length >= size)
			break;
		memcpy(out + used, plain, length);
		used += length;
		n = n == 0 ? 1 : n;
		text += n;
		left -= n;
	}
	if (size > 0)
		out[used] = '\0';
	return out;
}

/* Scripts whose characters are two columns wide. */
static bool text_is_wide(uint32_t code)
{
	static const uint32_t ranges[][2] = {
	    {0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf},
	    {0xac00, 0xd7a3},   {0xf900, 0xfaff},  {0xfe30, 0xfe6f},
	    {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
	    {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

size_t text_columns(const char *text, size_t length)
{
	size_t columns = 0;

	while (length > 0) {
		uint32_t code = 0;
		size_t n = text_utf8(text, length, &code);

		if (n == 0)
			n = 1;
		if (code < 0x80)
			columns++;
		else if (!text_is_mark(code))
			columns += text_is_wide(code) ? 2 : 1;
		text += n;
		length -= n;
	}
	return columns;
}
