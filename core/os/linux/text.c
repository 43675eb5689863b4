/* text.c - words of Linux. */
#include "core/os/text.h"

#include <gnu/libc-version.h>

const char os_text_addresses[] = "ip address";
const char os_text_allow_echo[] = "net.ipv4.ping_group_range or CAP_NET_RAW";
const char os_text_allow_bind[] =
    "net.ipv4.ip_unprivileged_port_start or CAP_NET_BIND_SERVICE";
const char os_text_c_library[] = "glibc";

const char *os_text_c_library_version(void)
{
	return gnu_get_libc_version();
}
