/*
 * port_owner_group.c - what started a process, by its control group
 * (cgroups(7), systemd.unit(5)), and when (proc_pid_stat(5)).
 */
#include "core/os/linux/port_owner_line.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	GROUP_ID = 12,      /* digits of a container's number that are shown */
	GROUP_ID_LEAST = 32 /* digits that it has at least */
};

/* How names of groups of containers begin, and who makes them. */
static const struct {
	const char *prefix, *maker;
} group_makers[] = {
    {"docker-", "docker"},
    {"libpod-", "podman"},
    {"cri-containerd-", "containerd"},
    {"crio-", "cri-o"},
};

static bool port_owner_is_id(const char *text, size_t length)
{
	return length >= GROUP_ID_LEAST &&
	       strspn(text, "0123456789abcdef") >= length;
}

static bool port_owner_container(const char *part, size_t length, char *out,
				 size_t size)
{
	size_t count = sizeof group_makers / sizeof group_makers[0];

	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(group_makers[i].prefix);
		size_t digits =
		    length > n ? strspn(part + n, "0123456789abcdef") : 0;

		if (length <= n ||
		    strncmp(part, group_makers[i].prefix, n) != 0 ||
		    !port_owner_is_id(part + n, digits))
			continue;
		snprintf(out, size, "%s container %.*s", group_makers[i].maker,
			 GROUP_ID, part + n);
		return true;
	}
	if (!port_owner_is_id(part, length))
		return false;
	snprintf(out, size, "container %.*s", GROUP_ID, part);
	return true;
}

static bool port_owner_ends(const char *part, size_t length, const char *ending)
{
	size_t n = strlen(ending);

	return length > n && strncmp(part + length - n, ending, n) == 0;
}

bool port_owner_parse_group(const char *line, char *out, size_t size)
{
	const char *path = strncmp(line, "0::", 3) == 0
			       ? line + 3
			       : strstr(line, ":name=systemd:");
	bool found = false;

	if (path != NULL)
		path = strchr(path, '/');
	/* The innermost part that says something: a service in a container
	 * belongs to the container. */
	while (path != NULL && *path == '/') {
		const char *part = path + 1;
		size_t length = strcspn(part, "/\n");

		if (port_owner_container(part, length, out, size))
			return true;
		if (port_owner_ends(part, length, ".service") ||
		    port_owner_ends(part, length, ".socket")) {
			text_sanitise(out, size, part, length);
			found = true;
		}
		path = part + length;
	}
	return found;
}

int64_t port_owner_parse_start(const char *stat)
{
	enum { FIELD_START = 22, FIELD_STATE = 3 };
	/* The name may hold anything, also brackets. */
	const char *at = strrchr(stat, ')');
	char word[24];
	int64_t ticks;

	if (at == NULL)
		return -1;
	at++;
	for (int field = FIELD_STATE; field < FIELD_START; field++) {
		at += strspn(at, " ");
		at += strcspn(at, " ");
	}
	at += strspn(at, " ");
	text_copy(word, sizeof word, at);
	word[strcspn(word, " \n")] = '\0';
	return text_number(word, 0, INT64_MAX, &ticks) ? ticks : -1;
}
