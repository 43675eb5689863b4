/*
 * dialect.h - one language of firewalls: a change set written down in it.
 *
 * A dialect is a constant table of functions; adding one is adding a file to
 * changes/dialects (the Makefile finds it). The walker in dialect.c writes the
 * header and, in comments, everything that is about people: which requirement
 * needs a rule, which document says so and, once at the end, what could not be
 * written, so that no rule is left out silently. The dialect writes one rule of
 * one address family at a time.
 *
 * Texts of profiles and reports go out through dialect_plain(),
 * dialect_label() or an escape of the dialect's own, never as they are.
 */
#ifndef PREFLIGHT_DIALECT_H
#define PREFLIGHT_DIALECT_H

#include "changes/change.h"
#include "report/map.h"

#include <stdio.h>

/* One end of a rule, of one family. */
struct rule_side {
	size_t net_count;
	const struct change_net *nets;
	size_t name_count; /* only where the dialect takes names */
	const char *const *names;
};

struct rule {
	const struct change *change;
	enum addr_family family;
	struct rule_side source, destination;
};

struct dialect_out {
	FILE *file;
	const struct dialect *dialect;
	const struct change_set *set;
	struct arena arena;
	struct map seen;           /* objects that were written already */
	size_t rule_count;         /* of both families, those in force */
	struct not_written *notes; /* not_written.c */
	size_t note_count, note_capacity;
	size_t lost_count;   /* changes that are not written in full */
	bool bare;           /* rules without what is said about them */
	const char *section; /* the dialect's own: it is open still, so that
				what follows need not begin it; only if bare */
};

struct dialect {
	const char *name;
	const char *title;   /* "FortiOS CLI" */
	const char *comment; /* starts a comment line; NULL: the dialect writes
				the whole document itself */
	const char *usage;   /* lines for the header: how it is loaded */
	const char *place;   /* what loads it, where the rules were made without
				a report; NULL: firewalls on the path */
	const char *grammar; /* where the language is described */
	bool tried;          /* the lab loads it into a firewall that runs */
	bool names;          /* takes DNS names */
	/* Takes "*.name" for such a change; NULL: never. */
	bool (*wildcards)(const struct change *c);
	/* The rule cannot be written: says why; NULL: it can. May be NULL. */
	const char *(*refuses)(const struct rule *r);
	void (*begin)(struct dialect_out *o); /* may be NULL */
	void (*rule)(struct dialect_out *o, const struct rule *r);
	void (*end)(struct dialect_out *o); /* may be NULL */
	void (*document)(struct dialect_out *o);
};
extern const struct dialect *const dialect_registry[]; /* NULL-terminated */
const struct dialect *dialect_find(const char *name);

/* The whole set. Errors of the stream are the caller's to see (ferror). */
void dialect_write(const struct dialect *d, const struct change_set *s,
		   FILE *out);
/* The rules alone, for a ticket that says the rest: no header, no comments but
 * the set's notes and one for each reason why something is not written. Not for
 * dialects that write a whole document. */
void dialect_write_bare(const struct dialect *d, const struct change_set *s,
			FILE *out);

/* For dialects ------------------------------------------------------------ */

/* A comment line of its own, clean. */
void dialect_comment(struct dialect_out *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* At most `most` characters of clean ASCII; those of `forbidden` become '/'. */
void dialect_plain(struct dialect_out *o, const char *text, size_t most,
		   const char *forbidden);
/* A name of letters, digits, '.', '-' and '_': prefix and text, cut to `most`
 * characters; what was cut or replaced is told apart by a number. In the
 * output's arena. */
const char *dialect_label(struct dialect_out *o, const char *prefix,
			  const char *text, size_t most);
/* Something that a change has no rule for. Said once at the end of the file,
 * with all the changes that it is true of. Texts are the caller's or of the
 * output's arena. */
struct not_written {
	const struct change *change;
	const char *what;  /* an end, "IPv6", "ports 80-90" */
	const char *why;   /* "the name did not resolve" */
	const char *known; /* names of a wildcard that are known; or NULL */
};
void not_written_add(struct dialect_out *o, const struct not_written *n);
/* True the first time. */
bool dialect_is_new(struct dialect_out *o, const char *key);

/* "cloud.tenant (AUV-01), cloud.no-inspection (AUV-15)", in the arena. */
const char *dialect_needs(struct dialect_out *o, const struct change *c);
/* "A document (2026-11-20) https://example.com/", what is known of it, in the
 * arena. */
struct source;
const char *dialect_source(struct dialect_out *o, const struct source *s);
/* "collector 10.2.0.2 -> apt.my.auvik.com, tcp/443", in the arena. */
const char *dialect_ends(struct arena *a, const struct change_end *const *list,
			 size_t count);
const char *dialect_service(struct arena *a, const struct change *c);

/* The last lines: how many rules there are, then the notes. Frees them. */
void not_written_end(struct dialect_out *o);

/* Ranges of a change's ports, none for ICMP. */
size_t dialect_port_count(const struct change *c);
struct port_range dialect_port(const struct change *c, size_t i);
/* 8 or 128: the echo request of the rule's family. */
unsigned dialect_echo_type(const struct rule *r);
/* "255.255.255.0" of an IPv4 network. Returns out. */
const char *dialect_mask(const struct change_net *n, char out[ADDR_TEXT]);

#endif
