/* error.c - errno(3). */
#include "core/os/error.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const int os_error_numbers[NET_ERROR_COUNT] = {
    [NET_AGAIN] = EAGAIN,           [NET_IN_PROGRESS] = EINPROGRESS,
    [NET_REFUSED] = ECONNREFUSED,   [NET_RESET] = ECONNRESET,
    [NET_ABORTED] = ECONNABORTED,   [NET_BROKEN] = EPIPE,
    [NET_TIMEOUT] = ETIMEDOUT,      [NET_NO_ROUTE] = ENETUNREACH,
    [NET_DOWN] = ENETDOWN,          [NET_HOST_UNREACHABLE] = EHOSTUNREACH,
    [NET_HOST_DOWN] = EHOSTDOWN,    [NET_PROHIBITED] = EACCES,
    [NET_NOT_PERMITTED] = EPERM,    [NET_INVALID] = EINVAL,
    [NET_IN_USE] = EADDRINUSE,      [NET_NO_ADDRESS] = EADDRNOTAVAIL,
    [NET_NO_FAMILY] = EAFNOSUPPORT, [NET_NO_PROTOCOL] = EPROTONOSUPPORT,
    [NET_NOT_OFFERED] = EOPNOTSUPP, [NET_NO_OPTION] = ENOPROTOOPT,
    [NET_NO_DEVICE] = ENODEV,       [NET_NOT_CONNECTED] = ENOTCONN,
    [NET_TOO_BIG] = EMSGSIZE,       [NET_NO_DESCRIPTORS] = EMFILE,
    [NET_SYSTEM_FULL] = ENFILE,     [NET_NO_ROOM] = ENOBUFS,
    [NET_NO_MEMORY] = ENOMEM,       [NET_BAD_PROTOCOL] = EPROTO,
};

struct os_failure os_failure_numbered(int number)
{
	struct os_failure failure = {NET_OTHER, number};

	if (number == 0)
		failure.error = NET_OK;
	for (int i = NET_OK + 1; number != 0 && i < NET_ERROR_COUNT; i++)
		if (os_error_numbers[i] == number)
			failure.error = (enum net_error)i;
	return failure;
}

struct os_failure os_failure_of(enum net_error error)
{
	return (struct os_failure){error, os_error_numbers[error]};
}

struct os_failure os_failure_last(void)
{
	return os_failure_numbered(errno);
}

void os_failure_set(struct os_failure failure)
{
	errno = failure.number;
}

bool os_failure_is_of_host(struct os_failure failure)
{
	switch (failure.error) {
	case NET_AGAIN:
	case NET_NO_DESCRIPTORS:
	case NET_SYSTEM_FULL:
	case NET_NO_ROOM:
	case NET_NO_MEMORY:
		return true;
	default:
		return failure.number == EIO || failure.number == EINTR;
	}
}

const char *os_failure_text(struct os_failure failure)
{
	return strerror(failure.number);
}
