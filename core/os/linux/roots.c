/* roots.c - the places of Debian, Fedora, SUSE and Alpine. */
#include "core/os/roots.h"
#include "core/os/files.h"

static const char *const roots_files[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

const char *os_roots_file(void)
{
	for (size_t i = 0; i < sizeof roots_files / sizeof roots_files[0]; i++)
		if (os_file_is_readable(roots_files[i]))
			return roots_files[i];
	return roots_files[0];
}

const char *os_roots_public_folder(void)
{
	return "/usr/share/ca-certificates/mozilla";
}
