/* Who holds a port: the kernel's tables line by line, and this very process. */
#include "core/os/linux/port_owner_line.h"
#include "core/os/port_owner.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static const char line_listen[] =
    "   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 "
    "00000000   104        0 81234 1 0000000000000000 100 0 0 10 0\n";
static const char line_open[] =
    "   1: 0100007F:0016 0100007F:D431 01 00000000:00000000 00:00000000 "
    "00000000     0        0 81235 1 0000000000000000 100 0 0 10 0\n";
static const char line_udp6[] =
    " 2024: 00000000000000000000000000000000:0202 "
    "00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 "
    "00000000     0        0 4294967999 2 0000000000000000 0\n";

static void test_lines(void **state)
{
	uint64_t inode = 0;
	int64_t uid = -1;

	(void)state;
	assert_true(port_owner_parse_line(line_listen, true, 22, &inode, &uid));
	assert_int_equal(inode, 81234);
	assert_int_equal(uid, 104);
	assert_false(
	    port_owner_parse_line(line_listen, true, 23, &inode, &uid));
	assert_false(port_owner_parse_line(line_open, true, 22, &inode, &uid));
	assert_true(port_owner_parse_line(line_udp6, false, 514, &inode, &uid));
	assert_true(inode == 4294967999);
}

static void test_lines_that_are_none(void **state)
{
	static const char *const bad[] = {
	    "",
	    "\n",
	    "  sl  local_address rem_address   st tx_queue rx_queue",
	    "0: 0100007F:0016",
	    "0: nothing 0: 0A 0 0 0 0 0 81234",
	    "0: 0100007F:0016 0 0A 0 0 0 x 0 81234",
	    "0: 0100007F:0016 0 0A 0 0 0 1 0 -7"};
	uint64_t inode;
	int64_t uid;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(
		    port_owner_parse_line(bad[i], true, 22, &inode, &uid));
}

static const struct {
	const char *line, *unit; /* NULL: none */
} groups[] = {
    {"0::/system.slice/rsyslog.service\n", "rsyslog.service"},
    {"1:name=systemd:/system.slice/rsyslog.service\n", "rsyslog.service"},
    {"4:memory:/system.slice/rsyslog.service\n", NULL},
    {"0::/\n", NULL},
    {"0::/user.slice/user-1000.slice/session-3.scope\n", NULL},
    {"0::/init.scope\n", NULL},
    {"0::/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef"
     "0123456789abcdef.scope\n",
     "docker container 0123456789ab"},
    {"0::/docker/0123456789abcdef0123456789abcdef0123456789abcdef\n",
     "container 0123456789ab"},
    {"0::/machine.slice/libpod-fedcba9876543210fedcba9876543210.scope/container"
     "\n",
     "podman container fedcba987654"},
    /* A service inside a container belongs to the container. */
    {"0::/system.slice/docker-0123456789abcdef0123456789abcdef.scope/"
     "system.slice/rsyslog.service\n",
     "docker container 0123456789ab"},
    {"0::/system.slice/system-foo.slice/foo@1.service\n", "foo@1.service"},
    {"0::/a.service/b.service\n", "b.service"},
    {"0::/system.slice/docker-short.scope\n", NULL},
    {"0::/.service\n", NULL},
    {"0::", NULL},
    {"", NULL}};

static void test_groups(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		char unit[PORT_OWNER_UNIT] = "";
		bool found =
		    port_owner_parse_group(groups[i].line, unit, sizeof unit);

		assert_int_equal(found, groups[i].unit != NULL);
		if (found)
			assert_string_equal(unit, groups[i].unit);
	}
}

static void test_starts(void **state)
{
	static const char stat[] =
	    "812 (a) b ) S 1 812 812 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 4 0 "
	    "3344 226 7 18446744073709551615\n";

	(void)state;
	assert_int_equal(port_owner_parse_start(stat), 3344);
	assert_int_equal(port_owner_parse_start("812 (a) S 1 2"), -1);
	assert_int_equal(port_owner_parse_start("812"), -1);
	assert_int_equal(port_owner_parse_start(""), -1);
}

static void test_this_process(void **state)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t length = sizeof in;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char text[PORT_OWNER_TEXT];
	struct port_owner h;
	uint16_t port;

	(void)state;
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &length), 0);
	port = ntohs(in.sin_port);
	assert_int_equal(port_owner_find(false, port, &h), KNOWN_YES);
	assert_int_equal(h.pid, getpid());
	assert_string_equal(h.name, "test_holder");
	assert_non_null(strstr(port_owner_text(&h, text), "test_holder (pid "));
	assert_true(h.since_s > 0 && h.since_s <= time(NULL) + 1);
	close(fd);
	assert_int_equal(port_owner_find(false, port, &h), KNOWN_NO);
}

static void test_text_without_a_name(void **state)
{
	struct port_owner h = {.account = "uid 104"};
	char text[PORT_OWNER_TEXT];

	(void)state;
	assert_string_equal(port_owner_text(&h, text), "a program of uid 104");
	h = (struct port_owner){
	    .name = "rsyslogd", .pid = 812, .unit = "rsyslog.service"};
	assert_string_equal(port_owner_text(&h, text),
			    "rsyslogd (pid 812, rsyslog.service)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_groups),
	    cmocka_unit_test(test_starts),
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_lines_that_are_none),
	    cmocka_unit_test(test_this_process),
	    cmocka_unit_test(test_text_without_a_name),
	};

	return cmocka_run_group_tests_name("holder", tests, NULL, NULL);
}
