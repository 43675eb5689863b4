/* port_owner.c - which program holds a local port, by /proc/net and /proc/PID.
 */
#include "core/os/port_owner.h"
#include "core/base/text.h"
#include "core/os/linux/port_owner_line.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	/* Columns of /proc/net/tcp and udp, from 0; proc(5). */
	COLUMN_LOCAL = 1,
	COLUMN_STATE = 3,
	COLUMN_UID = 7,
	COLUMN_INODE = 9,
	PORT_OWNER_LINE = 512,
	PORT_OWNER_PATH = 64
};

static const char state_listen[] = "0A";

/* The kernel's tables ---------------------------------------------------- */

/* Copies one column; false when the line has not so many. */
static bool port_owner_column(const char *line, unsigned wanted, char *out,
			      size_t size)
{
	size_t length;

	for (;;) {
		line += strspn(line, " \t");
		length = strcspn(line, " \t\n");
		if (length == 0)
			return false;
		if (wanted-- == 0)
			break;
		line += length;
	}
	if (length >= size)
		return false;
	memcpy(out, line, length);
	out[length] = '\0';
	return true;
}

bool port_owner_parse_line(const char *line, bool tcp, uint16_t port,
			   uint64_t *inode, int64_t *uid)
{
	char local[64], state[8], word[24], hex[8];
	const char *colon;
	int64_t number;

	if (!port_owner_column(line, COLUMN_LOCAL, local, sizeof local) ||
	    !port_owner_column(line, COLUMN_STATE, state, sizeof state))
		return false;
	colon = strchr(local, ':');
	snprintf(hex, sizeof hex, "%04X", (unsigned)port);
	if (colon == NULL || strcmp(colon + 1, hex) != 0 ||
	    (tcp && strcmp(state, state_listen) != 0))
		return false;
	if (!port_owner_column(line, COLUMN_UID, word, sizeof word) ||
	    !text_number(word, 0, UINT32_MAX, uid) ||
	    !port_owner_column(line, COLUMN_INODE, word, sizeof word) ||
	    !text_number(word, 0, INT64_MAX, &number))
		return false;
	*inode = (uint64_t)number;
	return true;
}

static enum known port_owner_find_socket(const char *path, bool tcp,
					 uint16_t port, uint64_t *inode,
					 int64_t *uid)
{
	FILE *f = fopen(path, "re");
	char line[PORT_OWNER_LINE];
	bool found = false;

	if (f == NULL)
		return NOT_KNOWN;
	while (!found && fgets(line, sizeof line, f) != NULL)
		found = port_owner_parse_line(line, tcp, port, inode, uid);
	fclose(f);
	return found ? KNOWN_YES : KNOWN_NO;
}

/* The process ------------------------------------------------------------ */

static bool port_owner_has_socket(const char *pid, const char *link)
{
	char path[PORT_OWNER_PATH], target[PORT_OWNER_PATH];
	bool found = false;
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%.16s/fd", pid);
	dir = opendir(path);
	if (dir == NULL)
		return false;
	for (entry = readdir(dir); entry != NULL && !found;
	     entry = readdir(dir)) {
		ssize_t length = readlinkat(dirfd(dir), entry->d_name, target,
					    sizeof target - 1);

		if (length <= 0)
			continue;
		target[length] = '\0';
		found = strcmp(target, link) == 0;
	}
	closedir(dir);
	return found;
}

static void port_owner_read_name(struct port_owner *h, const char *pid)
{
	char path[PORT_OWNER_PATH], name[PORT_OWNER_NAME] = "";
	FILE *f;

	snprintf(path, sizeof path, "/proc/%.16s/comm", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return;
	if (fgets(name, sizeof name, f) != NULL)
		text_sanitise(h->name, sizeof h->name, name,
			      strcspn(name, "\n"));
	fclose(f);
}

/* The first line of a file below /proc; false: it cannot be read. */
static bool port_owner_read_line(const char *path, char *line, size_t size)
{
	FILE *f = fopen(path, "re");
	bool read = f != NULL && fgets(line, (int)size, f) != NULL;

	if (f != NULL)
		fclose(f);
	return read;
}

static void port_owner_read_unit(struct port_owner *h, const char *pid)
{
	char path[PORT_OWNER_PATH], line[PORT_OWNER_LINE];
	FILE *f;

	snprintf(path, sizeof path, "/proc/%.16s/cgroup", pid);
	f = fopen(path, "re");
	while (f != NULL && h->unit[0] == '\0' &&
	       fgets(line, sizeof line, f) != NULL)
		if (!port_owner_parse_group(line, h->unit, sizeof h->unit))
			h->unit[0] = '\0';
	if (f != NULL)
		fclose(f);
}

static void port_owner_read_start(struct port_owner *h, const char *pid)
{
	char path[PORT_OWNER_PATH], line[PORT_OWNER_LINE * 2];
	struct timespec now, up;
	int64_t ticks;

	snprintf(path, sizeof path, "/proc/%.16s/stat", pid);
	if (!port_owner_read_line(path, line, sizeof line) ||
	    clock_gettime(CLOCK_REALTIME, &now) == -1 ||
	    clock_gettime(CLOCK_BOOTTIME, &up) == -1)
		return;
	ticks = port_owner_parse_start(line);
	if (ticks >= 0)
		h->since_s = now.tv_sec - up.tv_sec +
			     ticks / (int64_t)sysconf(_SC_CLK_TCK);
}

static void port_owner_find_process(struct port_owner *h, uint64_t inode)
{
	char link[PORT_OWNER_PATH];
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	if (dir == NULL)
		return;
	snprintf(link, sizeof link, "socket:[%llu]", (unsigned long long)inode);
	for (entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		int64_t pid;

		if (!text_number(entry->d_name, 1, INT32_MAX, &pid) ||
		    !port_owner_has_socket(entry->d_name, link))
			continue;
		h->pid = pid;
		port_owner_read_name(h, entry->d_name);
		port_owner_read_unit(h, entry->d_name);
		port_owner_read_start(h, entry->d_name);
		break;
	}
	closedir(dir);
}

enum known port_owner_find(bool tcp, uint16_t port, struct port_owner *out)
{
	uint64_t inode = 0;
	int64_t uid = 0;
	enum known found = port_owner_find_socket(
	    tcp ? "/proc/net/tcp" : "/proc/net/udp", tcp, port, &inode, &uid);

	*out = (struct port_owner){.pid = 0};
	/* A kernel without IPv6 has no second table. */
	if (found == KNOWN_NO &&
	    port_owner_find_socket(tcp ? "/proc/net/tcp6" : "/proc/net/udp6",
				   tcp, port, &inode, &uid) == KNOWN_YES)
		found = KNOWN_YES;
	if (found != KNOWN_YES)
		return found;
	snprintf(out->account, sizeof out->account, "uid %lld", (long long)uid);
	port_owner_find_process(out, inode);
	return KNOWN_YES;
}
