/*
 * web_check.c - what the answer to one HTTP request proves.
 *
 * Any status of the right server proves the path: a 403 or a 404 came from it.
 * Over TLS the certificate shows that it is the right server; over plain HTTP
 * nothing does, so the page is examined (page_signatures.h).
 */
#include "checks/shared/web_check.h"

#include "core/os/clock.h"
#include "core/net/http.h"
#include "core/base/params.h"
#include "core/base/spec.h"
#include "core/net/page_signatures.h"

#include <string.h>

const char *const web_methods[] = {"HEAD", "GET", NULL};

int web_check_path(const char *path, struct error *err)
{
	if (path[0] != '/' || strlen(path) > WEB_PATH_MAX)
		return error_set(err, "path: must begin with a slash and have "
				      "at most 1024 characters");
	for (const char *at = path; *at != '\0'; at++) {
		if (*at <= ' ' || *at >= 0x7f)
			return error_set(err, "path: blanks and special "
					      "characters must be written "
					      "as %%20 and so on");
	}
	return 0;
}

int web_check_validate(const void *params, struct error *err)
{
	return web_check_path(((const struct web_params *)params)->path, err);
}

bool web_check_again(const void *params)
{
	return ((const struct web_params *)params)->method == WEB_HEAD;
}

enum step web_check_start(struct probe *p, bool tls)
{
	const struct web_params *w = p->params;
	bool keep = w->method == WEB_GET || p->again;
	struct http_request request = {
	    .method = web_methods[keep ? WEB_GET : WEB_HEAD],
	    .path = w->path,
	    .tls = tls,
	    .keep_body = keep};

	probe_http(p, &request);
	return STEP_WAIT;
}

static void web_check_fact_text(struct probe *p, const char *name,
				const char *value)
{
	if (value[0] != '\0')
		fact_string(p, name, value);
}

static void web_check_note_facts(struct probe *p, const struct http_reply *r)
{
	int64_t now = clock_system.wall_us(&clock_system);

	if (r->status < 200) /* none, or an interim one */
		return;
	fact_number(p, "status", r->status);
	web_check_fact_text(p, "server", r->server);
	web_check_fact_text(p, "location", r->location);
	web_check_fact_text(p, "title", r->title);
	web_check_fact_text(p, "http-version", r->version);
	if (r->date_wall_s > 0)
		fact_ms(p, "date-offset", r->date_wall_s * 1000000 - now);
}

static bool web_check_is_expected(const struct port_list *list, long status)
{
	if (list == NULL || list->count == 0)
		return true;
	for (size_t i = 0; i < list->count; i++) {
		if (status >= list->ranges[i].first &&
		    status <= list->ranges[i].last)
			return true;
	}
	return false;
}

/* The forward proxy's own answer, instead of the host's. */
static enum step web_check_proxy_said_no(struct probe *p,
					 const struct http_reply *r)
{
	char scheme[64];
	const char *at = r->proxy_authenticate;

	fact_number(p, "proxy-status", r->status);
	web_check_fact_text(p, "proxy-server", r->server);
	while (*at != '\0') {
		size_t length = strcspn(at, ", ");

		if (length > 0 && length < sizeof(scheme)) {
			memcpy(scheme, at, length);
			scheme[length] = '\0';
			fact_append(p, "proxy-schemes", scheme);
		}
		at += length;
		at += strspn(at, ", ");
	}
	return probe_fail_at(p, PHASE_PROXY, CAUSE_REJECTED);
}

static enum step web_check_blocked(struct probe *p, const char *product)
{
	fact_bool(p, "block-page", true);
	if (product != NULL)
		fact_string(p, "block-product", product);
	return probe_fail_at(p, PHASE_REPLY, CAUSE_REJECTED);
}

static enum step web_check_captive(struct probe *p)
{
	fact_bool(p, "captive", true);
	return probe_fail_at(p, PHASE_REPLY, CAUSE_BAD_REPLY);
}

/* Not what the caller expects. On plain HTTP a page or a redirect instead of
 * the expected status is the usual sign of a captive portal. */
static enum step web_check_unexpected(struct probe *p,
				      const struct http_reply *r, bool tls)
{
	if (!tls && r->status < 400 && !addr_is_private(p->addr))
		return web_check_captive(p);
	return probe_fail_at(
	    p, PHASE_REPLY, r->status < 400 ? CAUSE_BAD_REPLY : CAUSE_REJECTED);
}

static enum step web_check_judge_page(struct probe *p,
				      const struct http_reply *r, bool tls)
{
	const struct web_params *w = p->params;
	const char *product = NULL;
	bool forward = p->spec->via_proxy && !tls;
	struct web_context context = {
	    .host = p->spec->host,
	    .secure = tls && tls_trusted(&r->tls),
	    .own_network = addr_is_private(p->addr),
	    .redirects = w->expect_host_redirects,
	};
	enum web_kind kind = page_judge(r, &context, &product);

	if (forward && (r->status == 407 || page_is_proxy_error(r)))
		return web_check_proxy_said_no(p, r);
	if (kind == WEB_BLOCKED)
		return web_check_blocked(p, product);
	if (kind == WEB_PORTAL)
		return web_check_captive(p);
	if (!web_check_is_expected(w->expect_status, r->status))
		return web_check_unexpected(p, r, tls);
	return probe_ok(p);
}

enum step web_check_answer(struct probe *p, bool tls)
{
	const struct web_params *w = p->params;
	const struct http_reply *r = p->http;

	web_check_note_facts(p, r);
	if (p->again)
		fact_bool(p, "head-unanswered", true);
	if (tls && w->verify && !tls_trusted(&r->tls))
		return probe_fail_at(p, PHASE_TLS, CAUSE_UNTRUSTED);
	if (r->cause != CAUSE_OK)
		return probe_fail_at(p, r->phase, r->cause);
	return web_check_judge_page(p, r, tls);
}
