/*
 * test_table.c - the parts of a table: rows, names of columns, cells, words for
 * types. Whole files are in tests/inventories.
 */
#include "profiles/read/cell.h"
#include "profiles/read/columns.h"
#include "profiles/read/type_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* All rows of a text: "LINE:a|b", or the error. */
static const char *rows_of(const char *text, char separator)
{
	static char out[1024];
	size_t at = 0;
	struct error err;
	struct csv c;
	int status;

	out[0] = '\0';
	csv_begin(&c, "x.csv", text, separator);
	while ((status = csv_row_next(&c, &err)) == 1) {
		at += (size_t)snprintf(out + at, sizeof out - at,
				       "%u:", c.row_line);
		for (size_t i = 0; i < c.count; i++)
			at +=
			    (size_t)snprintf(out + at, sizeof out - at, "%s%s",
					     i > 0 ? "|" : "", csv_text(&c, i));
		at += (size_t)snprintf(out + at, sizeof out - at, "\n");
	}
	if (status == -1)
		error_format(&err, out, sizeof out);
	csv_end(&c);
	return out;
}

static void rows(void **state)
{
	static const struct {
		const char *text, *rows;
		char separator;
	} cases[] = {
	    {"a,b\nc,d", "1:a|b\n2:c|d\n", ','},
	    {"a,b,,\n,,\n\n  \nc", "1:a|b\n5:c\n", ','},
	    {"sep=;\na;b\n", "2:a|b\n", ';'},
	    {"a\tb\t\n\t\tc\n", "1:a|b\n2:||c\n", '\t'},
	    {"# x\n#,a\n#N/A,b\n", "2:#|a\n3:#N/A|b\n", ','},
	    {" a , \" b \",\"c\"\"d\" \n", "1:a|b|c\"d\n", ','},
	    {"a,\"b\nc\"\nd\n", "1:a|b c\n3:d\n", ','},
	    {"=\"10.2.0.1\",'x,''y,=1+1\n", "1:10.2.0.1|x|''y|=1+1\n", ','},
	    {"5\" disk,b\n", "1:5\" disk|b\n", ','},
	    {"a,\"b\nc\n", "x.csv:1:3: a quote is not closed", ','},
	    {"a\nb,\"c\"d\n", "x.csv:2:6: text after a closing quote", ','},
	    {"", "", ','},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(rows_of(cases[i].text, cases[i].separator),
				    cases[i].rows);
}

/* Which names the fields have: "address=IP types=Type". */
static const char *columns_of(const char *header)
{
	static char out[512];
	struct columns found;
	struct error err;
	struct csv c;
	size_t at = 0;

	out[0] = '\0';
	csv_begin(&c, "x.csv", header, ',');
	assert_int_equal(csv_row_next(&c, &err), 1);
	columns_find(&c, NULL, 0, &found);
	for (size_t f = 0; f < COLUMN_FIELDS; f++)
		if (found.at[f] != COLUMN_NONE)
			at += (size_t)snprintf(out + at, sizeof out - at,
					       "%s%s=%s", at > 0 ? " " : "",
					       column_fields[f],
					       csv_text(&c, found.at[f]));
	csv_end(&c);
	return out;
}

static void columns(void **state)
{
	static const struct {
		const char *header, *found;
	} cases[] = {
	    {"address,types,name", "address=address types=types name=name"},
	    {"Type,IP Address,Host Name",
	     "address=IP Address types=Type name=Host Name hostname=Host Name"},
	    {"IP,Management IP", "address=Management IP"},
	    {"Address,City,IP Address", "address=IP Address"},
	    {"IP-ADRESSE,Ger\u00e4tetyp",
	     "address=IP-ADRESSE types=Ger\u00e4tetyp"},
	    /* Whose address it is matters. */
	    {"Public IP,WAN IP,Default Gateway,IP Version", ""},
	    {"Public IP,IP (LAN)", "address=IP (LAN)"},
	    {"Zip,Ship,Description", ""},
	    /* Ports of a switch are not preflight's. */
	    {"IP,Ports,Port", "address=IP"},
	    {"IP,ports,Credentials",
	     "address=IP ports=ports credentials=Credentials"},
	    {"Site,Location,IP", "address=IP site=Site"},
	    {"OS Name,IP,FQDN", "address=IP os=OS Name hostname=FQDN"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(columns_of(cases[i].header),
				    cases[i].found);
}

static void addresses(void **state)
{
	static const struct {
		const char *text, *address;
	} cases[] = {
	    {"10.2.0.10", "10.2.0.10"},
	    {"010.002.000.010", "10.2.0.10"},
	    {"10.2.0.0/024", "10.2.0.0/24"},
	    {"https://10.2.0.10:8443/login?next=/", "10.2.0.10"},
	    {"http://admin:x@nas.corp.example/", "nas.corp.example"},
	    {"https://[2001:db8::1]:8443/", "2001:db8::1"},
	    {"10.2.0.10:22", "10.2.0.10"},
	    {"2001:db8::1", "2001:db8::1"},
	    {"10.2.0.10 - 10.2.0.20", "10.2.0.10-10.2.0.20"},
	    {"10.2.0.10 \u2013 20", "10.2.0.10-20"},
	    {"10.2.0.10 to 10.2.0.20", "10.2.0.10-10.2.0.20"},
	    {"10.2.0.0/255.255.255.0", "10.2.0.0/24"},
	    {"10.2.0.0 255.255.254.0", "10.2.0.0/23"},
	    {"fe80::1, 10.2.0.10", "10.2.0.10"},
	    {"fe80::1", "fe80::1"},
	    {"10.2.0.10 (static)", "10.2.0.10"},
	    /* Not to be guessed at. */
	    {"10.2.0.10,12,15", "10.2.0.10,12,15"},
	    {"192.168.10-20.1-5", "192.168.10-20.1-5"},
	    {"see list", "see list"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char out[CELL_TEXT];
		const char *what = cell_address(cases[i].text, out);

		assert_string_equal(out, cases[i].address);
		assert_int_equal(what != NULL, strcmp(cases[i].text, out) != 0);
	}
}

static void names(void **state)
{
	char out[CELL_TEXT];

	(void)state;
	assert_string_equal(cell_name("AP #3 [hall]/2:1", out),
			    "AP -3 -hall--2-1");
	assert_string_equal(cell_name("N/A", out), "");
	assert_true(cell_is_nothing("TBA"));
	assert_true(cell_is_nothing("\u2014"));
	assert_false(cell_is_nothing("nas"));
	/* 63 letters, and a character of two bytes that does not fit. */
	assert_int_equal(
	    strlen(
		cell_name("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			  "aaaaaaaaaaaaa\u00fc",
			  out)),
	    63);
}

static void types(void **state)
{
	static const struct {
		const char *text, *types;
		bool whole;
	} cases[] = {
	    {"Switch", "network-element,snmp", true},
	    {"SWITCHES", "network-element,snmp", true},
	    {"Layer 3 Switch", "network-element,snmp", false},
	    {"Layer 3 Switch", NULL, true},
	    {"Windows Server 2022 Standard", "windows", false},
	    {"WINDOWS_SERVER", "windows", true},
	    {"Windows Server 2003", "windows-legacy", false},
	    {"VMware ESXi 8.0", "esxi", false},
	    {"Virtual Server, Linux", "unix", false},
	    {"Server", "", false},
	    {"Microsoft SQL Server", "mssql", false},
	    {"Oracle Linux 9", "unix", false},
	    {"network-el", NULL, true},
	    {"Badger", NULL, false},
	    {"Switchboard", NULL, false},
	    {"", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *found =
		    type_words_find(cases[i].text, cases[i].whole);

		if (cases[i].types == NULL)
			assert_null(found);
		else
			assert_string_equal(found, cases[i].types);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows),      cmocka_unit_test(columns),
	    cmocka_unit_test(addresses), cmocka_unit_test(names),
	    cmocka_unit_test(types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
