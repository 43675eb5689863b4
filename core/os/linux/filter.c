/*
 * filter.c - nft(8) and iptables-save(8) for the rules; rtnetlink(7) and bpf(2)
 * for what acts beside them.
 */
#include "core/os/filter.h"
#include "core/os/linux/child.h"
#include "core/os/linux/filter_other.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILTER_CAP_NET_ADMIN = 12, FILTER_LINE = 256 };

/* Has this process CAP_NET_ADMIN? The kernel lists rules to nobody else. */
static bool filter_may_list(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[FILTER_LINE];
	bool may = false;

	if (f == NULL)
		return geteuid() == 0;
	while (fgets(line, sizeof line, f) != NULL) {
		if (strncmp(line, "CapEff:", 7) != 0)
			continue;
		may = (strtoull(line + 7, NULL, 16) >> FILTER_CAP_NET_ADMIN &
		       1) != 0;
	}
	fclose(f);
	return may;
}

static bool filter_run(const char *name, const char *const *options,
		       struct os_filter_text *out, char why[FILTER_WHY])
{
	char path[CHILD_PATH];
	const char *argv[6] = {path};

	for (size_t i = 0; i < 4 && options[i] != NULL; i++)
		argv[i + 1] = options[i];
	if (!os_child_find(name, path)) {
		snprintf(why, FILTER_WHY, "%s is not installed", name);
		return false;
	}
	return os_child_read(argv, FILTER_BYTES_MAX, FILTER_WAIT_MS,
			     &out->bytes, &out->length, why, FILTER_WHY);
}

/* Are there tables of the older kernel part? *known: false where that cannot
 * be read. Asking their tool without looking here first would make some. */
static bool filter_has_legacy(bool v6, bool *known)
{
	FILE *f = fopen(v6 ? "/proc/net/ip6_tables_names"
			   : "/proc/net/ip_tables_names",
			"re");
	char line[FILTER_LINE];
	bool some = false;

	if (f == NULL) {
		*known &= errno == ENOENT;
		return false;
	}
	some = fgets(line, sizeof line, f) != NULL;
	fclose(f);
	return some;
}

/* The rules of iptables, old and new, in its own words. */
static bool filter_read_tables(struct os_filter *out)
{
	static const char *const none[] = {NULL};
	static const char *const new_names[] = {"iptables-nft-save",
						"ip6tables-nft-save"};
	static const char *const old_names[] = {"iptables-legacy-save",
						"ip6tables-legacy-save"};
	bool by_iptables =
	    mem_find(out->nft.bytes, out->nft.length, "\"xt\"", 4) != NULL;
	char ignored[FILTER_WHY];
	bool known = true;

	for (int v6 = 0; v6 < 2; v6++) {
		/* Without it, what nft cannot show stays unknown. */
		if (by_iptables)
			filter_run(new_names[v6], none, &out->tables[v6],
				   ignored);
		if (filter_has_legacy(v6, &known) &&
		    !filter_run(old_names[v6], none, &out->legacy[v6],
				out->why))
			return false;
	}
	if (known)
		return true;
	text_copy(out->why, sizeof out->why,
		  "/proc/net/ip_tables_names cannot be read");
	return false;
}

bool os_filter_read(struct os_filter *out)
{
	static const char *const list[] = {"-j", "list", "ruleset", NULL};

	*out = (struct os_filter){.why = ""};
	if (!filter_may_list()) {
		text_copy(out->why, sizeof out->why,
			  "only root (CAP_NET_ADMIN) may read them");
		return false;
	}
	if (!filter_run("nft", list, &out->nft, out->why) ||
	    !filter_read_tables(out)) {
		os_filter_free(out);
		return false;
	}
	filter_other(out->other, sizeof out->other);
	return true;
}

void os_filter_free(struct os_filter *f)
{
	free(f->nft.bytes);
	f->nft.bytes = NULL;
	for (int v6 = 0; v6 < 2; v6++) {
		free(f->tables[v6].bytes);
		free(f->legacy[v6].bytes);
		f->tables[v6].bytes = f->legacy[v6].bytes = NULL;
	}
}
