/*
 * once.h - what must not happen twice in a run: a login at a device.
 *
 * One set per run, made by check->open and freed by check->close; used on the
 * loop's thread only.
 */
#ifndef PREFLIGHT_ONCE_H
#define PREFLIGHT_ONCE_H

#include <stdbool.h>

struct spec;
struct once;

struct once *once_new(void);
void once_free(struct once *o); /* NULL is fine */
/*
 * True for the first that asks about this device and word (a credential's
 * name), false for all later ones. The device is the inventory's; without one,
 * the host as spelled: its addresses are one device. o NULL: true.
 */
bool once_claim(struct once *o, const struct spec *spec, const char *word);

#endif
