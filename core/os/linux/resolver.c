/* resolver.c - /etc/resolv.conf and /etc/hosts. */
#include "core/os/resolver.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void resolver_add_file(struct buf *out, const char *path)
{
	FILE *f = fopen(path, "re");
	char part[4096];
	size_t got;

	if (f == NULL)
		return;
	do
		got = fread(part, 1, sizeof part, f);
	while (got > 0 && buf_append(out, part, got));
	fclose(f);
}

void os_resolver_servers(struct buf *out)
{
	resolver_add_file(out, "/etc/resolv.conf");
}

void os_resolver_hosts(struct buf *out)
{
	resolver_add_file(out, "/etc/hosts");
}

bool os_resolver_own_name(char *out, size_t size)
{
	memset(out, 0, size); /* what is cut has no end of its own */
	return gethostname(out, size - 1) == 0;
}
