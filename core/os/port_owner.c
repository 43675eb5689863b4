/*
 * port_owner.c - the owner of a port in words.
 */
#include "core/os/port_owner.h"

#include <stdio.h>

const char *port_owner_text(const struct port_owner *h,
			    char out[PORT_OWNER_TEXT])
{
	if (h->pid == 0)
		snprintf(out, PORT_OWNER_TEXT, "a program of %s", h->account);
	else
		snprintf(out, PORT_OWNER_TEXT, "%s (pid %lld%s%s)", h->name,
			 (long long)h->pid, h->unit[0] == '\0' ? "" : ", ",
			 h->unit);
	return out;
}
