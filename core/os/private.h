/*
 * private.h - files that only this user may use.
 */
#ifndef PREFLIGHT_OS_PRIVATE_H
#define PREFLIGHT_OS_PRIVATE_H

#include "core/base/error.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Reads at most `size` octets of a regular file that only this user and
 * the administrator owns, reads or writes; links are not followed and nothing
 * is waited for. A file larger than `size` is cut. -1 with err set: it begins
 * with `name`, and says how this system makes a file private.
 */
int64_t os_private_read(const char *path, const char *name, void *out,
			size_t size, struct error *err);

#endif
