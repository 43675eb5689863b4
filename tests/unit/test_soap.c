/*
 * test_soap.c - what winrm and vmware make of HTTP answers.
 */
#include "tests/unit/fake_probe.h"

#include <stdio.h>

extern const struct check check_winrm;
extern const struct check check_vmware;

static const bool plain = false;
static const bool with_tls = true;

static void answer(struct fake *f, const struct check *check, long status,
		   const char *server, const char *authenticate,
		   const char *body)
{
	struct http_reply *reply = calloc(1, sizeof *reply);

	fake_start(f, check, &plain);
	assert_true(f->requested);
	reply->status = status;
	snprintf(reply->server, sizeof reply->server, "%s", server);
	snprintf(reply->www_authenticate, sizeof reply->www_authenticate, "%s",
		 authenticate);
	reply->body = (const uint8_t *)body;
	reply->body_length = strlen(body);
	reply->phase = PHASE_REPLY;
	f->p.http = reply;
	fake_event(f, EV_HTTP);
	free(reply);
}

static void winrm_asks_to_identify(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_winrm, &with_tls);
	assert_string_equal(f.request.method, "POST");
	assert_string_equal(f.request.path, "/wsman");
	assert_string_equal(f.request.headers[0],
			    "WSMANIDENTIFY: unauthenticated");
	assert_null(f.request.headers[1]);
	assert_non_null(strstr(f.request.body, "<wsmid:Identify/>"));
	assert_true(f.request.tls && f.request.keep_body);
	fake_waits(&f);
}

static void winrm_is_identified(void **state)
{
	struct fake f;

	(void)state;
	answer(&f, &check_winrm, 200, "Microsoft-HTTPAPI/2.0", "",
	       "<s:Envelope xml:lang=\"en-US\"><s:Header/><s:Body>"
	       "<wsmid:IdentifyResponse xmlns:wsmid=\"http://x\">"
	       "<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/"
	       "wsman.xsd</wsmid:ProtocolVersion>"
	       "<wsmid:ProductVendor>Microsoft Corporation"
	       "</wsmid:ProductVendor><wsmid:ProductVersion>OS: 0.0.0 SP: 0.0 "
	       "Stack: 3.0</wsmid:ProductVersion>"
	       "</wsmid:IdentifyResponse></s:Body></s:Envelope>");
	assert_string_equal(fake_fact(&f, "vendor"), "Microsoft Corporation");
	assert_string_equal(fake_fact(&f, "product-version"),
			    "OS: 0.0.0 SP: 0.0 Stack: 3.0");
	assert_int_equal(fake_number(&f, "status"), 200);
	fake_ok(&f);
}

static void winrm_knows_its_challenges(void **state)
{
	static const char *const proofs[] = {"Negotiate", "Kerberos",
					     "Basic, Negotiate", "CredSSP"};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof proofs / sizeof proofs[0]; i++) {
		answer(&f, &check_winrm, 401, "", proofs[i], "");
		assert_string_equal(fake_fact(&f, "authentication"), proofs[i]);
		fake_ok(&f);
	}
	answer(&f, &check_winrm, 401, "Microsoft-HTTPAPI/2.0", "Basic", "");
	fake_ok(&f);
	answer(&f, &check_winrm, 401, "router", "Basic", "");
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void winrm_without_a_listener(void **state)
{
	struct fake f;

	(void)state;
	answer(&f, &check_winrm, 404, "Microsoft-HTTPAPI/2.0", "", "");
	assert_int_equal(fake_number(&f, "listener"), 0);
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
	answer(&f, &check_winrm, 404, "nginx", "", "");
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	answer(&f, &check_winrm, 200, "nginx", "", "<html>hello</html>");
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void http_failures_are_kept(void **state)
{
	static const struct check *const checks[] = {&check_winrm,
						     &check_vmware};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct http_reply *reply = calloc(1, sizeof *reply);

		fake_start(&f, checks[i], &plain);
		reply->phase = PHASE_REQUEST;
		reply->cause = CAUSE_RESET;
		f.p.http = reply;
		fake_event(&f, EV_HTTP);
		free(reply);
		assert_int_equal(f.facts.count, 0);
		fake_ended(&f, PHASE_REQUEST, CAUSE_RESET);
	}
}

static void vmware_is_described(void **state)
{
	struct fake f;

	(void)state;
	answer(&f, &check_vmware, 200, "", "",
	       "<soapenv:Envelope><soapenv:Body>"
	       "<RetrieveServiceContentResponse xmlns=\"urn:vim25\"><returnval>"
	       "<rootFolder type=\"Folder\">ha-folder-root</rootFolder>"
	       "<about><name>VMware ESXi</name><fullName>VMware ESXi 7.0.3 "
	       "build-21930508</fullName><vendor>VMware, Inc.</vendor>"
	       "<version>7.0.3</version><build>21930508</build>"
	       "<apiType>HostAgent</apiType><apiVersion>7.0.3.0</apiVersion>"
	       "</about></returnval></RetrieveServiceContentResponse>"
	       "</soapenv:Body></soapenv:Envelope>");
	assert_string_equal(f.request.path, "/sdk");
	assert_true(f.request.tls);
	assert_string_equal(fake_fact(&f, "product"), "VMware ESXi");
	assert_string_equal(fake_fact(&f, "version"), "7.0.3");
	assert_string_equal(fake_fact(&f, "build"), "21930508");
	assert_string_equal(fake_fact(&f, "api-type"), "HostAgent");
	fake_ok(&f);
}

static void vmware_and_other_web_servers(void **state)
{
	struct fake f;

	(void)state;
	answer(&f, &check_vmware, 404, "nginx", "", "<html/>");
	assert_int_equal(fake_number(&f, "status"), 404);
	assert_string_equal(fake_fact(&f, "server"), "nginx");
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	answer(&f, &check_vmware, 500, "", "",
	       "<e:Envelope><e:Body><e:Fault><faultstring>no &lt;such&gt; "
	       "method</faultstring></e:Fault></e:Body></e:Envelope>");
	assert_string_equal(fake_fact(&f, "fault"), "no <such> method");
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(winrm_asks_to_identify),
	    cmocka_unit_test(winrm_is_identified),
	    cmocka_unit_test(winrm_knows_its_challenges),
	    cmocka_unit_test(winrm_without_a_listener),
	    cmocka_unit_test(http_failures_are_kept),
	    cmocka_unit_test(vmware_is_described),
	    cmocka_unit_test(vmware_and_other_web_servers),
	};

	return cmocka_run_group_tests_name("soap", tests, NULL, NULL);
}
