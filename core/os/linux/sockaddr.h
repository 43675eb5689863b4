/*
 * sockaddr.h - struct addr and the kernel's forms of it; inside this folder.
 */
#ifndef PREFLIGHT_OS_LINUX_SOCKADDR_H
#define PREFLIGHT_OS_LINUX_SOCKADDR_H

#include "core/os/address.h"

#include <sys/socket.h>

/* AF_INET, AF_INET6; AF_UNSPEC for none. */
sa_family_t os_family_number(enum addr_family family);
enum addr_family os_family_of(int number);
socklen_t os_sockaddr_write(const struct addr *a, struct sockaddr_storage *out);
bool os_sockaddr_read(struct addr *out, const struct sockaddr *sa, size_t size);

#endif
