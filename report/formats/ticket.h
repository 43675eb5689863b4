/*
 * ticket.h - parts of the format ticket.
 */
#ifndef PREFLIGHT_TICKET_H
#define PREFLIGHT_TICKET_H

#include "core/base/buf.h"
#include "report/formats/layout.h"

/* Words, wrapped, with typographic characters written in ASCII. */
void ticket_text(struct layout *l, const char *text);
/* The command that repeats the tests of these requirements (one flag each),
 * as the shell takes it, over several lines where it is long. */
void ticket_command(struct layout *l, const struct report *r,
		    const bool *affected);

/* A word as a shell takes it. */
void ticket_command_word(struct buf *b, const char *word);

#endif
