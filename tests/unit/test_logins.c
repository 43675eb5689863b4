/* test_logins.c - which device has rejected which credential. */
#include "core/engine/login_ledger.h"
#include "core/base/spec.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void devices_are_told_apart(void **state)
{
	const struct spec a = {.device_index = 3, .host = "10.0.0.1"};
	const struct spec again = {.device_index = 3, .host = "10.0.0.2"};
	const struct spec far = {.device_index = 3 + 1024, .host = "10.0.0.1"};
	const struct spec host = {.device_index = SIZE_MAX, .host = "10.0.0.1"};
	const struct spec other = {.device_index = SIZE_MAX,
				   .host = "10.0.0.2"};
	const struct spec nobody = {.device_index = SIZE_MAX};
	struct login_ledger *l = login_ledger_new();
	struct login_device *d = login_ledger_device(l, &a);

	(void)state;
	assert_ptr_equal(login_ledger_device(l, &again), d);
	assert_ptr_not_equal(login_ledger_device(l, &far), d);
	assert_ptr_not_equal(login_ledger_device(l, &host), d);
	assert_ptr_not_equal(login_ledger_device(l, &other),
			     login_ledger_device(l, &host));
	assert_ptr_equal(login_ledger_device(l, &host),
			 login_ledger_device(l, &host));
	assert_ptr_equal(login_ledger_device(l, &nobody),
			 login_ledger_device(l, &nobody));
	login_ledger_free(l);
	login_ledger_free(NULL);
}

static void a_refusal_is_kept(void **state)
{
	const struct spec s = {.device_index = 0};
	const struct spec t = {.device_index = 1};
	struct login_ledger *l = login_ledger_new();
	struct login_device *d = login_ledger_device(l, &s);
	char name[8] = "main", how[8] = "wrong";

	(void)state;
	assert_null(login_rejected(d, "main"));
	login_reject(d, name, how);
	login_reject(d, "main", "other");
	name[0] = how[0] = 'x'; /* both were copied */
	assert_string_equal(login_rejected(d, "main"), "wrong");
	assert_null(login_rejected(d, "mai"));
	assert_null(login_rejected(login_ledger_device(l, &t), "main"));
	for (int i = 0; i < 20; i++) {
		name[0] = (char)('a' + i);
		login_reject(d, name, "no");
	}
	assert_string_equal(login_rejected(d, "tain"), "no");
	assert_string_equal(login_rejected(d, "main"), "wrong");
	login_ledger_free(l);
}

static void one_at_a_time(void **state)
{
	const struct spec s = {.device_index = 0};
	struct login_ledger *l = login_ledger_new();
	struct login_device *d = login_ledger_device(l, &s);

	(void)state;
	assert_null(login_owner(d));
	login_hold(d, l);
	assert_ptr_equal(login_owner(login_ledger_device(l, &s)), l);
	login_hold(d, NULL);
	assert_null(login_owner(d));
	/* A probe that gives no credential away. */
	login_hold(NULL, l);
	assert_null(login_owner(NULL));
	login_reject(NULL, "main", "wrong");
	assert_null(login_rejected(NULL, "main"));
	login_ledger_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(devices_are_told_apart),
	    cmocka_unit_test(a_refusal_is_kept),
	    cmocka_unit_test(one_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
