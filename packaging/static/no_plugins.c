/*
 * no_plugins.c - what the static C library can do only by loading other
 * libraries of the very same version: user names, names of hosts and services
 * (NSS), and plug-ins. preflight asks none of it; libraries have it on paths
 * that are not taken. The linker (--wrap, in static.mk) leads their calls here,
 * where they fail cleanly on every host.
 */
#include <dlfcn.h>
#include <errno.h>
#include <glob.h>
#include <netdb.h>
#include <pwd.h>
#include <stddef.h>

int __wrap_getaddrinfo(const char *restrict node, const char *restrict service,
		       const struct addrinfo *restrict hints,
		       struct addrinfo **restrict out)
{
	(void)node;
	(void)service;
	(void)hints;
	*out = NULL;
	return EAI_FAIL;
}

void __wrap_freeaddrinfo(struct addrinfo *list)
{
	(void)list;
}

const char *__wrap_gai_strerror(int code)
{
	(void)code;
	return "this program asks name servers itself";
}

struct hostent *__wrap_gethostbyname(const char *name)
{
	(void)name;
	h_errno = NO_RECOVERY;
	return NULL;
}

int __wrap_getnameinfo(const struct sockaddr *restrict address,
		       socklen_t length, char *restrict host,
		       socklen_t host_size, char *restrict service,
		       socklen_t service_size, int flags)
{
	(void)address;
	(void)length;
	(void)host;
	(void)host_size;
	(void)service;
	(void)service_size;
	(void)flags;
	return EAI_FAIL;
}

struct servent *__wrap_getservbyname(const char *name, const char *protocol)
{
	(void)name;
	(void)protocol;
	return NULL;
}

int __wrap_getservbyport_r(int port, const char *protocol,
			   struct servent *service, char *room, size_t size,
			   struct servent **out)
{
	(void)port;
	(void)protocol;
	(void)service;
	(void)room;
	(void)size;
	*out = NULL;
	return ENOENT;
}

struct passwd *__wrap_getpwnam(const char *name)
{
	(void)name;
	return NULL;
}

int __wrap_getpwuid_r(uid_t user, struct passwd *entry, char *room, size_t size,
		      struct passwd **out)
{
	(void)user;
	(void)entry;
	(void)room;
	(void)size;
	*out = NULL;
	return ENOENT;
}

int __wrap_getlogin_r(char *name, size_t size)
{
	(void)name;
	(void)size;
	return ENOENT;
}

/* It knows "~user"; libssh reads files of settings with it, which are off. */
int __wrap_glob(const char *restrict pattern, int flags,
		int (*failed)(const char *path, int number),
		glob_t *restrict out)
{
	(void)pattern;
	(void)flags;
	(void)failed;
	(void)out;
	return GLOB_NOMATCH;
}

void *__wrap_dlopen(const char *file, int mode)
{
	(void)file;
	(void)mode;
	return NULL;
}

void *__wrap_dlsym(void *restrict library, const char *restrict name)
{
	(void)library;
	(void)name;
	return NULL;
}

int __wrap_dlclose(void *library)
{
	(void)library;
	return -1;
}

int __wrap_dladdr(const void *address, Dl_info *info)
{
	(void)address;
	(void)info;
	return 0;
}

char *__wrap_dlerror(void)
{
	static char text[] = "this program loads no libraries";

	return text;
}
