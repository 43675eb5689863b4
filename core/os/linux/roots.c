/* roots.c - the places of Debian, Fedora, SUSE and Alpine, and OpenSSL's
 * variables. */
#include "core/os/roots.h"
#include "core/os/files.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const roots_files[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

static const char *const roots_folders[] = {"/etc/ssl/certs",
					    "/etc/pki/tls/certs", NULL};

enum { ROOTS_PLACES = 16, ROOTS_TEXT = 4096 };

static const char *roots_only;

void os_roots_use(const char *file)
{
	roots_only = file;
}

/* The folders of a list, behind `count` places. */
static size_t roots_add_list(const char **places, size_t count,
			     const char *list)
{
	static char text[ROOTS_TEXT];
	char *at = text;

	text_copy(text, sizeof text, list);
	while (*at != '\0' && count + 1 < ROOTS_PLACES) {
		size_t length = strcspn(at, os_path_list_separators);
		char *next = at + length + (at[length] != '\0');

		at[length] = '\0';
		if (length > 0)
			places[count++] = at;
		at = next;
	}
	return count;
}

const char *const *os_roots_places(void)
{
	static const char *places[ROOTS_PLACES];
	const char *file = getenv("SSL_CERT_FILE");
	const char *folders = getenv("SSL_CERT_DIR");
	size_t count = 0;

	memset(places, 0, sizeof places);
	if (roots_only != NULL) {
		places[0] = roots_only;
		return places;
	}
	if (file != NULL && *file != '\0')
		places[count++] = file;
	if (folders != NULL)
		count = roots_add_list(places, count, folders);
	if (count > 0)
		return places;
	for (size_t i = 0; i < sizeof roots_files / sizeof roots_files[0]; i++)
		if (os_file_is_readable(roots_files[i])) {
			places[0] = roots_files[i];
			return places;
		}
	return roots_folders;
}

const char *os_roots_public_folder(void)
{
	return "/usr/share/ca-certificates/mozilla";
}
