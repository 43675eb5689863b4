/*
 * winrm.c - does WS-Management answer an Identify? Without a login (MS-WSMV
 * 3.1.4.1.23); a challenge for one proves the service as well.
 */
#include "core/engine/check.h"
#include "core/net/http.h"
#include "core/base/text.h"
#include "core/base/spec.h"
#include "core/base/xml.h"

#include <string.h>

#define WINRM_IDENTIFY                                                      \
	"<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "  \
	"xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/"      \
	"wsmanidentity.xsd\"><s:Header/><s:Body><wsmid:Identify/></s:Body>" \
	"</s:Envelope>"

struct winrm_params {
	bool tls;
};

static const char *const winrm_headers[] = {"WSMANIDENTIFY: unauthenticated",
					    NULL};

enum { WINRM_HTTPS = 5986 };

/* An inventory gives a port and no parameters: this one is for HTTPS. */
static bool winrm_is_secure(const struct probe *p)
{
	const struct winrm_params *params = p->params;

	return params->tls || p->spec->port == WINRM_HTTPS;
}

static enum step winrm_connected(struct probe *p)
{
	const struct http_request request = {
	    .method = "POST",
	    .path = "/wsman",
	    .body = WINRM_IDENTIFY,
	    .content_type = "application/soap+xml;charset=UTF-8",
	    .headers = winrm_headers,
	    .tls = winrm_is_secure(p),
	    .keep_body = true};
	p->phase = PHASE_REPLY;
	probe_http(p, &request);
	return STEP_WAIT;
}

static enum step winrm_identified(struct probe *p)
{
	static const struct {
		const char *element, *fact;
	} wanted[] = {
	    {.element = "ProductVendor", .fact = "vendor"},
	    {.element = "ProductVersion", .fact = "product-version"},
	    {.element = "ProtocolVersion", .fact = "protocol-version"}};
	char text[TEXT_MAX];
	struct xml_slice response = xml_find(
	    xml_over(p->http->body, p->http->body_length), "IdentifyResponse");
	if (response.at == NULL)
		return probe_fail(p, CAUSE_BAD_REPLY);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (xml_text(response, wanted[i].element, text, sizeof(text)))
			fact_string(p, wanted[i].fact, text);
	return probe_ok(p);
}

static bool winrm_is_windows(const struct http_reply *reply)
{
	return text_glob("Microsoft-HTTPAPI*", reply->server);
}

/* A login that only WS-Management asks for. Basic is what any web server may
 * want: alone it counts from Windows' own (HTTP.SYS) only. */
static enum step winrm_challenged(struct probe *p)
{
	static const char *const schemes[] = {"*Negotiate*", "*Kerberos*",
					      "*CredSSP*", "*NTLM*"};
	const char *offered = p->http->www_authenticate;
	fact_string(p, "authentication", offered);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (text_glob(schemes[i], offered))
			return probe_ok(p);
	if (winrm_is_windows(p->http) && text_glob("*Basic*", offered))
		return probe_ok(p);
	return probe_fail(p, CAUSE_BAD_REPLY);
}

static enum step winrm_answered(struct probe *p)
{
	const struct http_reply *reply = p->http;
	if (reply->status == 0)
		return probe_fail_at(p, reply->phase, reply->cause);
	fact_number(p, "status", reply->status);
	if (reply->server[0] != '\0')
		fact_string(p, "server", reply->server);
	if (reply->status == 200)
		return winrm_identified(p);
	if (reply->status == 401)
		return winrm_challenged(p);
	/* HTTP.SYS runs, but no service has registered /wsman with it, or its
	 * service is stopped. */
	if (winrm_is_windows(reply) &&
	    (reply->status == 404 || reply->status == 503)) {
		fact_bool(p, "listener", false);
		return probe_fail(p, CAUSE_REJECTED);
	}
	return probe_fail(p, CAUSE_BAD_REPLY);
}

static enum step winrm_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return winrm_connected(p);
	case EV_HTTP:
		return winrm_answered(p);
	default:
		return STEP_WAIT;
	}
}

static const struct param winrm_param_table[] = {
    {.name = "tls",
     .type = PARAM_BOOL,
     .offset = offsetof(struct winrm_params, tls),
     .fallback = "false",
     .help = "HTTPS, as always on port 5986; reports the certificate "
	     "without judging it"},
    {.name = NULL}};

static const struct fact_def winrm_facts[] = {
    {.name = "status", .type = FACT_NUMBER, .help = "HTTP status"},
    {.name = "server", .type = FACT_STRING, .help = "Server header"},
    {.name = "vendor", .type = FACT_STRING, .help = "ProductVendor"},
    {.name = "product-version", .type = FACT_STRING, .help = "ProductVersion"},
    {.name = "protocol-version",
     .type = FACT_STRING,
     .help = "ProtocolVersion"},
    {.name = "authentication",
     .type = FACT_STRING,
     .help = "login schemes offered with a 401"},
    {.name = "listener",
     .type = FACT_BOOL,
     .help = "false: Windows' web server answers, but WinRM has no listener"},
    {.name = NULL}};

const struct check check_winrm = {
    .name = "winrm",
    .summary = "WS-Management (WinRM) answers Identify; no login",
    .params = winrm_param_table,
    .facts = winrm_facts,
    .params_size = sizeof(struct winrm_params),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 16,
    .port = 5985,
    .describes_tls = true,
    .step = winrm_step};
