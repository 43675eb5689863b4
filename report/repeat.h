/*
 * repeat.h - what of a report's command a person must give when it is repeated.
 *
 * A report may come from anyone. Its command may name files and secrets of the
 * host that it is repeated on, or decide where secrets go: such options count
 * only where the person who repeats it gives them.
 */
#ifndef PREFLIGHT_REPEAT_H
#define PREFLIGHT_REPEAT_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* "--deadline": an option that is repeated at all; the others are of output,
 * selection, or listen. */
bool repeat_is_taken(const char *option);
/* The option at words[i] may stand in a command that a report proposes: it is
 * repeated, and leads to no secret. Who repeats it adds those. */
bool repeat_may_be_shown(const char *const *words, size_t i);
/* The option at words[i], whose value is behind it: "--inventory". `logs_in`:
 * a password for the proxy is given in another way. */
bool repeat_must_be_given(const char *const *words, size_t i, bool logs_in);
/* "community=env:NAME" */
bool repeat_is_secret(const char *setting);
/* A profile that is a file: "./mine.yaml". */
bool repeat_is_path(const char *profile);

/* Adds what `preflight again REPORT` needs behind it for this command, with a
 * blank before each word, as a shell takes it: " --inventory site.yaml".
 * `secrets`: references to them, too, where the command is this user's own and
 * not a report's; without them `again` asks. */
void repeat_words(struct buf *out, const char *const *words, bool secrets);

/* The same for `preflight rules --from REPORT`: the profiles, where one of them
 * is a file; else nothing. */
void repeat_profiles(struct buf *out, const char *const *words);

#endif
