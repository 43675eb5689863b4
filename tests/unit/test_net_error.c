/*
 * test_net_error.c - names of errors: frozen, and those of this system.
 */
#include "core/base/net_error.h"
#include "core/os/error.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* What a report of any version and system says: never changed, only added. */
static void test_frozen(void **state)
{
	static const struct {
		enum net_error error;
		const char *name;
	} frozen[] = {
	    {NET_AGAIN, "EAGAIN"},
	    {NET_IN_PROGRESS, "EINPROGRESS"},
	    {NET_REFUSED, "ECONNREFUSED"},
	    {NET_RESET, "ECONNRESET"},
	    {NET_ABORTED, "ECONNABORTED"},
	    {NET_BROKEN, "EPIPE"},
	    {NET_TIMEOUT, "ETIMEDOUT"},
	    {NET_NO_ROUTE, "ENETUNREACH"},
	    {NET_DOWN, "ENETDOWN"},
	    {NET_HOST_UNREACHABLE, "EHOSTUNREACH"},
	    {NET_HOST_DOWN, "EHOSTDOWN"},
	    {NET_PROHIBITED, "EACCES"},
	    {NET_NOT_PERMITTED, "EPERM"},
	    {NET_INVALID, "EINVAL"},
	    {NET_IN_USE, "EADDRINUSE"},
	    {NET_NO_ADDRESS, "EADDRNOTAVAIL"},
	    {NET_NO_FAMILY, "EAFNOSUPPORT"},
	    {NET_NO_PROTOCOL, "EPROTONOSUPPORT"},
	    {NET_NOT_OFFERED, "EOPNOTSUPP"},
	    {NET_NO_OPTION, "ENOPROTOOPT"},
	    {NET_NO_DEVICE, "ENODEV"},
	    {NET_NOT_CONNECTED, "ENOTCONN"},
	    {NET_TOO_BIG, "EMSGSIZE"},
	    {NET_NO_DESCRIPTORS, "EMFILE"},
	    {NET_SYSTEM_FULL, "ENFILE"},
	    {NET_NO_ROOM, "ENOBUFS"},
	    {NET_NO_MEMORY, "ENOMEM"},
	    {NET_BAD_PROTOCOL, "EPROTO"},
	    {NET_OTHER, "EOTHER"},
	};

	(void)state;
	assert_int_equal(sizeof frozen / sizeof frozen[0], NET_ERROR_COUNT - 1);
	for (size_t i = 0; i < sizeof frozen / sizeof frozen[0]; i++) {
		enum net_error back = NET_OK;

		assert_string_equal(net_error_name(frozen[i].error),
				    frozen[i].name);
		assert_true(net_error_parse(frozen[i].name, &back));
		assert_int_equal(back, frozen[i].error);
		assert_true(strlen(net_error_text(frozen[i].error)) > 0);
	}
	assert_null(net_error_name(NET_OK));
	assert_string_equal(net_error_text(NET_OK), "");
}

/* Other words are not taken, and leave what was there. */
static void test_unknown(void **state)
{
	static const char *const bad[] = {"", "econnreset", "ECONNRESET ",
					  "ENOENT", "NET_RESET"};
	enum net_error error = NET_RESET;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(net_error_parse(bad[i], &error));
	assert_int_equal(error, NET_RESET);
}

/* Names and texts are those of the C library, number by number. */
static void test_numbers(void **state)
{
	unsigned named = 0;

	(void)state;
	for (int number = 1; number < 134; number++) {
		struct os_failure f = os_failure_numbered(number);

		assert_int_equal(f.number, number);
		assert_int_not_equal(f.error, NET_OK);
		if (f.error == NET_OTHER)
			continue;
		named++;
		assert_string_equal(net_error_name(f.error),
				    strerrorname_np(number));
		assert_string_equal(net_error_text(f.error), strerror(number));
		assert_int_equal(os_failure_of(f.error).number, number);
	}
	assert_int_equal(named, NET_ERROR_COUNT - 2);
	assert_int_equal(os_failure_numbered(0).error, NET_OK);
	assert_int_equal(os_failure_numbered(ENOENT).error, NET_OTHER);
	assert_true(os_failure_is_of_host(os_failure_numbered(EIO)));
	assert_true(os_failure_is_of_host(os_failure_of(NET_NO_MEMORY)));
	assert_false(os_failure_is_of_host(os_failure_numbered(ENOENT)));
	assert_false(os_failure_is_of_host(os_failure_of(NET_RESET)));
}

/* What is set is what the next reader finds. */
static void test_last(void **state)
{
	(void)state;
	os_failure_set(os_failure_of(NET_TIMEOUT));
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(os_failure_last().error, NET_TIMEOUT);
	os_failure_set((struct os_failure){0});
	assert_int_equal(errno, 0);
	assert_int_equal(os_failure_last().error, NET_OK);
	assert_string_equal(os_failure_text(os_failure_numbered(ENOENT)),
			    "No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_frozen),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
