/* check_words.c - what the words behind `check` mean. */
#include "cmd/check_words.h"
#include "cmd/cmd.h"
#include "cmd/requirement_word.h"
#include "core/base/other_words.h"
#include "core/base/text.h"
#include "profiles/plan/target.h"

#include <string.h>

const char *check_name_at(const void *arg, size_t i)
{
	(void)arg;
	return check_registry[i] != NULL ? check_registry[i]->name : NULL;
}

static const struct check *check_words_check(const char *word)
{
	const char *name = other_words_name(word, check_name_at, NULL);

	if (name != NULL)
		return check_find(name);
	for (size_t i = 0; check_registry[i] != NULL; i++)
		if (text_casecmp(check_registry[i]->name, word) == 0)
			return check_registry[i];
	return NULL;
}

/* The first by name that this port belongs to and that needs no parameter; a
 * TCP port that none knows is opened. */
static const struct check *check_words_by_port(uint16_t port)
{
	/* Several have it by default, and this one is meant. */
	if (port == 443)
		return check_find("https");
	for (size_t i = 0; check_registry[i] != NULL; i++) {
		const struct check *c = check_registry[i];
		bool needs_more = false;

		for (const struct param *p = c->params;
		     p != NULL && p->name != NULL; p++)
			needs_more = needs_more || p->required;
		if (c->port == port && !needs_more &&
		    c->needs != NEEDS_MULTICAST && c->needs != NEEDS_NOTHING)
			return c;
	}
	return check_find("tcp");
}

/* Targets ----------------------------------------------------------------- */

static int check_words_port(const char *text, uint16_t *port, struct error *err)
{
	int64_t number;

	if (!text_number(text, 1, 65535, &number)) {
		error_set(err, "target: '%s' is not a port", text);
		error_suggest(err, "ports are 1 to 65535");
		return -1;
	}
	*port = (uint16_t)number;
	return 0;
}

static int check_words_url(const char *text, struct error *err)
{
	const char *rest = strstr(text, "://") + 3;
	int length = (int)strcspn(rest, "/?#");

	error_set(err, "target '%s' is a URL, not a host", text);
	error_suggest(err, "write preflight check https %.*s", length, rest);
	return -1;
}

/* "host", "host:22", "10.0.0.5:22", "[2001:db8::1]:22", "2001:db8::1". */
static int check_words_target(struct options *o, const char *text,
			      struct check_words *w, struct error *err)
{
	const char *colon = strrchr(text, ':'), *end = NULL;
	struct addr plain;

	if (strstr(text, "://") != NULL)
		return check_words_url(text, err);
	if (*text == '[') {
		text++;
		end = strchr(text, ']');
		if (end == NULL || (end[1] != ':' && end[1] != '\0')) {
			error_set(err, "target '[%s': not [ADDRESS]:PORT",
				  text);
			error_suggest(err, "write [2001:db8::1]:22");
			return -1;
		}
		colon = end[1] == ':' ? end + 1 : NULL;
	} else if (addr_parse(&plain, text) || target_is_zoned(text) ||
		   colon == NULL) {
		colon = NULL;
		end = text + strlen(text);
	} else
		end = colon;
	w->host = arena_strndup(&o->arena, text, (size_t)(end - text));
	return colon == NULL ? 0 : check_words_port(colon + 1, &w->port, err);
}

/* "10.2.1.17" in "10.2.1.0/24". */
static bool check_words_in(const struct device *d, const struct addr *address)
{
	struct addr last = d->first;

	return d->network != NULL && d->total > 0 &&
	       address->family == d->first.family &&
	       addr_add(&last, d->total - 1) &&
	       addr_compare(&d->first, address) <= 0 &&
	       addr_compare(address, &last) <= 0;
}

const struct device *check_words_device(const struct inventory *inv,
					const char *host)
{
	struct addr address, other;
	bool is_address = host != NULL && addr_parse(&address, host);

	for (size_t i = 0; host != NULL && i < inv->device_count; i++) {
		const struct device *d = &inv->devices[i];

		if (d->address == NULL)
			continue;
		if (text_casecmp(d->name, host) == 0 ||
		    text_casecmp(d->address, host) == 0 ||
		    (is_address && addr_parse(&other, d->address) &&
		     addr_equal(&other, &address)))
			return d;
	}
	for (size_t i = 0; is_address && i < inv->device_count; i++)
		if (check_words_in(&inv->devices[i], &address))
			return &inv->devices[i];
	return NULL;
}

/* Requirements ------------------------------------------------------------ */

/* Which requirement of the profiles a word names. */
struct check_search {
	struct arena *arena;
	const char *word;
	const char *profile, *id, *scenario; /* the first; see check_words */
	const char *other; /* "PROFILE/ID" of another one, or NULL */
};

static void check_words_search(void *arg, const struct profile *p)
{
	struct check_search *s = arg;

	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct requirement *q = &p->requirements[i];

		if (!requirement_word_is(q, s->word))
			continue;
		if (s->id == NULL) {
			s->profile = arena_strdup(s->arena, p->name);
			s->id = arena_strdup(s->arena, q->id);
			if (!profile_scenario(p, q->scenario)->by_default)
				s->scenario =
				    arena_strdup(s->arena, q->scenario);
		} else if (s->other == NULL) {
			s->other =
			    arena_printf(s->arena, "%s/%s", p->name, q->id);
		}
	}
}

/* 1: it is one; 0: it is none; -1: it is several. */
static int check_words_requirement(struct options *o, const char *word,
				   struct check_words *w, struct error *err)
{
	struct check_search s = {.arena = &o->arena, .word = word};

	requirement_profiles_each(check_words_search, &s);
	if (s.id == NULL)
		return 0;
	if (s.other != NULL) {
		error_set(err, "'%s' is %s/%s and %s", word, s.profile, s.id,
			  s.other);
		error_suggest(err, "write preflight check %s/%s", s.profile,
			      s.id);
		return -1;
	}
	w->profile = s.profile;
	w->requirement = s.id;
	w->scenario = s.scenario;
	return 1;
}

/* Words ------------------------------------------------------------------- */

static int check_words_too_many(const struct options *o, size_t i,
				struct error *err)
{
	return error_set(err, "'%s' is one argument too many", o->arguments[i]);
}

static bool check_words_is_number(const char *word)
{
	return *word != '\0' && word[strspn(word, "0123456789")] == '\0';
}

/* TARGET[:PORT] or TARGET PORT, from argument `i` on. */
static int check_words_rest(struct options *o, size_t i, struct check_words *w,
			    struct error *err)
{
	if (check_words_target(o, o->arguments[i], w, err) == -1)
		return -1;
	if (o->argument_count == i + 1)
		return 0;
	if (w->port != 0 || !check_words_is_number(o->arguments[i + 1]))
		return check_words_too_many(o, i + 1, err);
	if (check_words_port(o->arguments[i + 1], &w->port, err) == -1)
		return -1;
	return o->argument_count == i + 2 ? 0
					  : check_words_too_many(o, i + 2, err);
}

static int check_words_named(struct options *o, struct check_words *w,
			     struct error *err)
{
	struct check_words of = {.check = NULL};
	struct addr literal;
	int found;

	if (w->check->needs == NEEDS_NOTHING)
		return o->argument_count == 1 ? 0
					      : check_words_too_many(o, 1, err);
	if (o->argument_count == 1) {
		error_set(err, "check %s needs a target", w->check->name);
		error_suggest(err, "write preflight check %s HOST:PORT",
			      w->check->name);
		return -1;
	}
	if (check_words_rest(o, 1, w, err) == -1)
		return -1;
	/* A host may be called like a requirement only where it has a port. */
	if (w->port != 0 || strpbrk(w->host, "./") == NULL ||
	    addr_parse(&literal, w->host))
		return 0;
	found = check_words_requirement(o, w->host, &of, err);
	if (found != 1)
		return found;
	error_set(err, "'%s' is a requirement, which brings its own check",
		  w->host);
	error_suggest(err, "write preflight check %s", w->host);
	return -1;
}

/* Neither a check nor a requirement: it is the target, if there is a port. */
static int check_words_unnamed(struct options *o, struct check_words *w,
			       struct error *err)
{
	const char *word = o->arguments[0];
	struct addr literal;
	struct error ignored;

	if (strstr(word, "://") != NULL)
		return check_words_url(word, err);
	if (o->argument_count > 1 && !check_words_is_number(o->arguments[1]))
		return error_unknown(err, "check", word, check_name_at, NULL,
				     "see preflight list checks");
	if (check_words_rest(o, 0, w, err) == -1)
		return -1;
	if (w->port != 0) {
		w->check = check_words_by_port(w->port);
		w->by_port = true;
		return 0;
	}
	if (strpbrk(word, ".:") == NULL ||
	    target_host(w->host, &literal, &ignored) == -1)
		return error_unknown(err, "check", word, check_name_at, NULL,
				     "see preflight list checks");
	error_set(err, "'%s' is a target, and no check is named", word);
	error_suggest(err, "write preflight check icmp %s, or %s:PORT", word,
		      word);
	return -1;
}

int check_words_read(struct options *o, struct check_words *w,
		     struct error *err)
{
	int found;

	*w = (struct check_words){.check = NULL};
	if (o->argument_count == 0) {
		error_set(err, "check needs a check and a target");
		error_suggest(err, "write preflight check tcp 10.0.0.5:22");
		return -1;
	}
	w->check = check_words_check(o->arguments[0]);
	if (w->check != NULL)
		return check_words_named(o, w, err);
	found = check_words_requirement(o, o->arguments[0], w, err);
	if (found == 0)
		return check_words_unnamed(o, w, err);
	if (found == 1 && o->argument_count > 1)
		return check_words_too_many(o, 1, err);
	return found == 1 ? 0 : -1;
}
