/*
 * net_error.c - names and texts of network errors.
 */
#include "core/base/net_error.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name, *text;
} net_errors[NET_ERROR_COUNT] = {
    [NET_OK] = {NULL, ""},
    [NET_AGAIN] = {"EAGAIN", "Resource temporarily unavailable"},
    [NET_IN_PROGRESS] = {"EINPROGRESS", "Operation now in progress"},
    [NET_REFUSED] = {"ECONNREFUSED", "Connection refused"},
    [NET_RESET] = {"ECONNRESET", "Connection reset by peer"},
    [NET_ABORTED] = {"ECONNABORTED", "Software caused connection abort"},
    [NET_BROKEN] = {"EPIPE", "Broken pipe"},
    [NET_TIMEOUT] = {"ETIMEDOUT", "Connection timed out"},
    [NET_NO_ROUTE] = {"ENETUNREACH", "Network is unreachable"},
    [NET_DOWN] = {"ENETDOWN", "Network is down"},
    [NET_HOST_UNREACHABLE] = {"EHOSTUNREACH", "No route to host"},
    [NET_HOST_DOWN] = {"EHOSTDOWN", "Host is down"},
    [NET_PROHIBITED] = {"EACCES", "Permission denied"},
    [NET_NOT_PERMITTED] = {"EPERM", "Operation not permitted"},
    [NET_INVALID] = {"EINVAL", "Invalid argument"},
    [NET_IN_USE] = {"EADDRINUSE", "Address already in use"},
    [NET_NO_ADDRESS] = {"EADDRNOTAVAIL", "Cannot assign requested address"},
    [NET_NO_FAMILY] = {"EAFNOSUPPORT",
		       "Address family not supported by protocol"},
    [NET_NO_PROTOCOL] = {"EPROTONOSUPPORT", "Protocol not supported"},
    [NET_NOT_OFFERED] = {"EOPNOTSUPP", "Operation not supported"},
    [NET_NO_OPTION] = {"ENOPROTOOPT", "Protocol not available"},
    [NET_NO_DEVICE] = {"ENODEV", "No such device"},
    [NET_NOT_CONNECTED] = {"ENOTCONN", "Transport endpoint is not connected"},
    [NET_TOO_BIG] = {"EMSGSIZE", "Message too long"},
    [NET_NO_DESCRIPTORS] = {"EMFILE", "Too many open files"},
    [NET_SYSTEM_FULL] = {"ENFILE", "Too many open files in system"},
    [NET_NO_ROOM] = {"ENOBUFS", "No buffer space available"},
    [NET_NO_MEMORY] = {"ENOMEM", "Cannot allocate memory"},
    [NET_BAD_PROTOCOL] = {"EPROTO", "Protocol error"},
    [NET_OTHER] = {"EOTHER", "error of another kind"},
};

const char *net_error_name(enum net_error error)
{
	return net_errors[error].name;
}

const char *net_error_text(enum net_error error)
{
	return net_errors[error].text;
}

bool net_error_parse(const char *name, enum net_error *out)
{
	for (int i = NET_OK + 1; i < NET_ERROR_COUNT; i++) {
		if (strcmp(net_errors[i].name, name) == 0) {
			*out = (enum net_error)i;
			return true;
		}
	}
	return false;
}
