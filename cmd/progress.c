/* progress.c - the line: how much is done, how long it may take, what fails
 * already, what runs. */
#include "cmd/progress.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "profiles/read/profile.h"

#include <string.h>

enum {
	PROGRESS_BAR = 20,
	PROGRESS_TEXT = 4096,
	PROGRESS_SELDOM = 50, /* calls: ten seconds */
	PROGRESS_CALL_US = 200000,
	PROGRESS_NAMES = 3
};

void progress_begin(struct progress *p, FILE *out, const struct spec *specs,
		    size_t spec_count, const struct format_options *o,
		    bool dumb)
{
	*p = (struct progress){.out = out,
			       .specs = specs,
			       .spec_count = spec_count,
			       .in_place = !o->plain && !dumb,
			       .colour = o->colour,
			       .width = o->width > 0 ? o->width : 80};
}

/* "tenant" of "cloud.tenant"; a check by hand has no more than its name. */
static const char *progress_name(const struct spec *s)
{
	const char *id = s->requirement != NULL && s->requirement->id != NULL
			     ? s->requirement->id
			     : s->id;
	const char *dot = strchr(id, '.');

	return s->requirement != NULL && dot != NULL && dot[1] != '\0' ? dot + 1
								       : id;
}

/* Requirements that fail already, each once: specs of one stand together. */
static void progress_failing(const struct progress *p, struct buf *b,
			     const struct engine_progress *now)
{
	const struct requirement *last = NULL;
	size_t named = 0, more = 0;

	for (size_t i = 0; i < p->spec_count; i++) {
		if (!now->failing[i] ||
		    (named > 0 && p->specs[i].requirement == last))
			continue;
		last = p->specs[i].requirement;
		if (named == (p->width < 100 ? 1 : PROGRESS_NAMES)) {
			more++;
			continue;
		}
		buf_printf(b, "%s%s", named > 0 ? ", " : "",
			   progress_name(&p->specs[i]));
		named++;
	}
	if (more > 0)
		buf_printf(b, " and %zu more", more);
}

/* Whole seconds; what was said a moment ago is not taken back, unless something
 * new turned up. */
static long progress_seconds(struct progress *p,
			     const struct engine_progress *now)
{
	int64_t left = now->left_us;

	if (p->left_us > 0 && left > p->left_us - PROGRESS_CALL_US &&
	    p->failed == now->failed)
		left = p->left_us - PROGRESS_CALL_US;
	if (left < 1000000)
		left = 1000000;
	p->left_us = left;
	p->failed = now->failed;
	return (long)((left + 999999) / 1000000);
}

static void progress_bar(struct buf *b, const struct engine_progress *now)
{
	size_t full =
	    now->total > 0 ? PROGRESS_BAR * now->done / now->total : 0;

	buf_putc(b, '[');
	for (size_t i = 0; i < PROGRESS_BAR; i++)
		buf_putc(b, i < full ? '#' : '.');
	buf_puts(b, "] ");
}

static void progress_words(struct progress *p, struct buf *b,
			   const struct engine_progress *now)
{
	long seconds = progress_seconds(p, now);

	buf_printf(b, "%zu of %zu tested, about %ld s left", now->done,
		   now->total, seconds);
	if (now->step > 0)
		buf_puts(b, ", looking for causes");
	else if (now->running != NULL)
		buf_printf(b, ", now %s", progress_name(now->running));
	if (now->failed > 0) {
		buf_printf(b, "; %zu fail%s: ", now->failed,
			   now->failed == 1 ? "s" : "");
		progress_failing(p, b, now);
	}
}

/* The line as far as the terminal is wide; a bar only where there is room. */
static void progress_draw(struct progress *p, const struct engine_progress *now)
{
	struct buf b;
	const char *text;
	size_t length;

	buf_init(&b, PROGRESS_TEXT);
	if (p->width >= 100)
		progress_bar(&b, now);
	progress_words(p, &b, now);
	text = buf_text(&b);
	length = strlen(text);
	while (length > 0 && (text_columns(text, length) >= p->width ||
			      ((unsigned char)text[length] & 0xc0) == 0x80))
		length--;
	fprintf(p->out, "\r\033[K%s%.*s%s",
		p->colour && now->failed > 0 ? "\033[31m" : "", (int)length,
		text, p->colour && now->failed > 0 ? "\033[0m" : "");
	fflush(p->out);
	p->drawn = true;
	buf_free(&b);
}

static void progress_say(struct progress *p, const struct engine_progress *now)
{
	struct buf b;

	buf_init(&b, PROGRESS_TEXT);
	progress_words(p, &b, now);
	if (++p->told % PROGRESS_SELDOM == 0)
		fprintf(p->out, "%s\n", buf_text(&b));
	buf_free(&b);
}

void progress_show(void *arg, const struct engine_progress *now)
{
	struct progress *p = arg;

	if (p->in_place)
		progress_draw(p, now);
	else
		progress_say(p, now);
}

void progress_end(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", p->out);
}
