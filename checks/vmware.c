/*
 * vmware.c - does the vSphere API answer? RetrieveServiceContent needs no
 * login and says product, version and build.
 */
#include "core/engine/check.h"
#include "core/net/http.h"
#include "core/base/text.h"
#include "core/base/xml.h"

#define VMWARE_REQUEST                                                       \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"                         \
	"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">" \
	"<s:Body><RetrieveServiceContent xmlns=\"urn:vim25\">"               \
	"<_this type=\"ServiceInstance\">ServiceInstance</_this>"            \
	"</RetrieveServiceContent></s:Body></s:Envelope>"

static enum step vmware_connected(struct probe *p)
{
	const struct http_request request = {.method = "POST",
					     .path = "/sdk",
					     .body = VMWARE_REQUEST,
					     .content_type =
						 "text/xml; charset=utf-8",
					     .tls = true,
					     .keep_body = true};
	p->phase = PHASE_REPLY;
	probe_http(p, &request);
	return STEP_WAIT;
}

/* AboutInfo of the ServiceContent. */
static void vmware_about_came(struct probe *p, struct xml_slice about)
{
	static const struct {
		const char *element, *fact;
	} wanted[] = {{.element = "name", .fact = "product"},
		      {.element = "version", .fact = "version"},
		      {.element = "build", .fact = "build"},
		      {.element = "apiType", .fact = "api-type"},
		      {.element = "apiVersion", .fact = "api-version"}};
	char text[TEXT_MAX];
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (xml_text(about, wanted[i].element, text, sizeof(text)))
			fact_string(p, wanted[i].fact, text);
}

static enum step vmware_answered(struct probe *p)
{
	const struct http_reply *reply = p->http;
	char text[TEXT_MAX];
	if (reply->status == 0)
		return probe_fail_at(p, reply->phase, reply->cause);
	fact_number(p, "status", reply->status);
	if (reply->server[0] != '\0')
		fact_string(p, "server", reply->server);
	struct xml_slice body = xml_over(reply->body, reply->body_length);
	struct xml_slice about =
	    xml_find(xml_find(body, "RetrieveServiceContentResponse"), "about");
	if (about.at != NULL) {
		vmware_about_came(p, about);
		return probe_ok(p);
	}
	struct xml_slice fault = xml_find(body, "Fault");
	if (xml_text(fault, "faultstring", text, sizeof(text)))
		fact_string(p, "fault", text);
	return probe_fail(p, CAUSE_BAD_REPLY);
}

static enum step vmware_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return vmware_connected(p);
	case EV_HTTP:
		return vmware_answered(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def vmware_facts[] = {
    {.name = "status", .type = FACT_NUMBER, .help = "HTTP status"},
    {.name = "server", .type = FACT_STRING, .help = "Server header"},
    {.name = "product",
     .type = FACT_STRING,
     .help = "VMware ESXi, VMware vCenter Server"},
    {.name = "version", .type = FACT_STRING, .help = "product version"},
    {.name = "build", .type = FACT_STRING, .help = "build number"},
    {.name = "api-type",
     .type = FACT_STRING,
     .help = "HostAgent (one host) or VirtualCenter"},
    {.name = "api-version", .type = FACT_STRING, .help = "API version"},
    {.name = "fault",
     .type = FACT_STRING,
     .help = "text of a SOAP fault that came instead of an answer"},
    {.name = NULL}};

const struct check check_vmware = {
    .name = "vmware",
    .summary = "vSphere API reports product, version and build; no login",
    .facts = vmware_facts,
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 16,
    .port = 443,
    .describes_tls = true,
    .step = vmware_step};
