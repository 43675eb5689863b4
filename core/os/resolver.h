/*
 * resolver.h - how this host's own resolver is set up.
 */
#ifndef PREFLIGHT_OS_RESOLVER_H
#define PREFLIGHT_OS_RESOLVER_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The name servers, the search list and the options that programs of this host
 * use, in the form of resolv.conf(5), and fixed names in that of hosts(5): a
 * system that keeps them otherwise writes them so. They are added to out; what
 * cannot be read or has no room is left out.
 */
void os_resolver_servers(struct buf *out);
void os_resolver_hosts(struct buf *out);
/* The host's own name, with its domain where it has one. False: not known. */
bool os_resolver_own_name(char *out, size_t size);

#endif
