/*
 * secret.c - values that must not be printed, from where they may be kept.
 */
#include "core/base/params.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_MAX = 4096 }; /* bytes of a file */

static struct secret *secret_new(const char *source, const char *value,
				 size_t length)
{
	struct secret *s = mem_calloc(1, sizeof(*s));
	s->source = mem_strdup(source);
	s->value = mem_calloc(length + 1, 1);
	memcpy(s->value, value, length);
	return s;
}

void secret_free(struct secret *s)
{
	char *source;
	if (s == NULL)
		return;
	explicit_bzero(s->value, strlen(s->value));
	free(s->value);
	/* Allocated above; const for all other code. */
	memcpy(&source, &s->source, sizeof(source));
	free(source);
	free(s);
}

static struct secret *secret_from_env(const char *reference, struct error *err)
{
	const char *name = reference + strlen("env:");
	const char *value = name[0] == '\0' ? NULL : getenv(name);
	if (name[0] == '\0') {
		error_set(err, "env: needs the name of a variable");
		error_suggest(err, "write env:NAME");
		return NULL;
	}
	if (value == NULL || value[0] == '\0') {
		error_set(err, "%.200s: the variable is %s", reference,
			  value == NULL ? "not set" : "empty");
		error_suggest(err, "set it in the environment of preflight");
		return NULL;
	}
	return secret_new(reference, value, strlen(value));
}

/* Another user could have written the file, or can read it. */
static int secret_check_file(const char *reference, const struct stat *st,
			     struct error *err)
{
	if (!S_ISREG(st->st_mode))
		return error_set(err, "%.200s: not a regular file", reference);
	if (st->st_uid != geteuid() && st->st_uid != 0) {
		error_set(err, "%.200s: belongs to another user (uid %u)",
			  reference, (unsigned)st->st_uid);
		error_suggest(err, "it must be yours or root's");
		return -1;
	}
	if ((st->st_mode & 077) != 0) {
		error_set(err,
			  "%.200s: other users can read or change it "
			  "(mode %04o)",
			  reference, (unsigned)(st->st_mode & 07777));
		error_suggest(err, "run chmod 600 on that file");
		return -1;
	}
	if (st->st_size > SECRET_MAX)
		return error_set(err, "%.200s: larger than %d bytes", reference,
				 SECRET_MAX);
	return 0;
}

/* Reads at most size bytes; -1 with errno. */
static ssize_t secret_read(int fd, char *out, size_t size)
{
	size_t length = 0;
	while (length < size) {
		ssize_t n = read(fd, out + length, size - length);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		length += (size_t)n;
	}
	return (ssize_t)length;
}

static size_t secret_trim(const char *value, size_t length)
{
	if (length > 0 && value[length - 1] == '\n') {
		length--;
		if (length > 0 && value[length - 1] == '\r')
			length--;
	}
	return length;
}

static struct secret *secret_from_file(const char *reference, struct error *err)
{
	const char *path = reference + strlen("file:");
	char value[SECRET_MAX + 1];
	struct secret *s = NULL;
	struct stat st;
	/* Without O_NONBLOCK the open of a FIFO would wait for a writer. */
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
				O_NOCTTY);
	if (fd == -1) {
		error_set(err, "%.200s: cannot open: %s", reference,
			  errno == ELOOP ? "it is a symbolic link"
					 : strerror(errno));
		return NULL;
	}
	if (fstat(fd, &st) == -1) {
		error_set(err, "%.200s: %s", reference, strerror(errno));
		goto out;
	}
	if (secret_check_file(reference, &st, err) == -1)
		goto out;
	ssize_t n = secret_read(fd, value, sizeof(value));
	if (n == -1) {
		error_set(err, "%.200s: cannot read: %s", reference,
			  strerror(errno));
		goto out;
	}
	size_t length = secret_trim(value, (size_t)n);
	if (n > SECRET_MAX)
		error_set(err, "%.200s: larger than %d bytes", reference,
			  SECRET_MAX);
	else if (length == 0)
		error_set(err, "%.200s: is empty", reference);
	else if (memchr(value, '\0', length) != NULL)
		error_set(err, "%.200s: contains a NUL byte", reference);
	else
		s = secret_new(reference, value, length);
out:
	explicit_bzero(value, sizeof(value));
	close(fd);
	return s;
}

struct secret *secret_load(const char *reference, struct error *err)
{
	if (strncmp(reference, "env:", 4) == 0)
		return secret_from_env(reference, err);
	if (strncmp(reference, "file:", 5) == 0)
		return secret_from_file(reference, err);
	/* What was written may be the secret: it is not repeated. */
	error_set(err, "a secret is not written here as plain text");
	error_suggest(err, "write env:NAME or file:PATH");
	return NULL;
}
