/*
 * secret.c - values that must not be printed, from where they may be kept.
 */
#include "core/os/secret.h"
#include "core/os/private.h"

#include <stdlib.h>
#include <string.h>

enum { SECRET_MAX = 4096 }; /* bytes of a file */

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
	char value[SECRET_MAX + 1];
	struct secret *s = NULL;
	int64_t n = os_private_read(reference + strlen("file:"), reference,
				    value, sizeof(value), err);
	size_t length = n > 0 ? secret_trim(value, (size_t)n) : 0;
	if (n > SECRET_MAX)
		error_set(err, "%.200s: larger than %d bytes", reference,
			  SECRET_MAX);
	else if (n != -1 && length == 0)
		error_set(err, "%.200s: is empty", reference);
	else if (n != -1 && memchr(value, '\0', length) != NULL)
		error_set(err, "%.200s: contains a NUL byte", reference);
	else if (n != -1)
		s = secret_new(reference, value, length);
	mem_wipe(value, sizeof(value));
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
