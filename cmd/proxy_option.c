/* proxy_option.c - --proxy URL|env and --proxy-auth. */
#include "cmd/request.h"
#include "core/os/secret.h"
#include "core/base/params.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As curl reads them for HTTPS, then that of plain HTTP. HTTP_PROXY is not one
 * of them: a web server hands the header "Proxy:" to its programs by that name.
 */
static const char *const variables[] = {
    "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy", NULL};

static const char *proxy_option_variable(const char **name)
{
	for (size_t i = 0; variables[i] != NULL; i++) {
		const char *value = getenv(variables[i]);

		*name = variables[i];
		if (value != NULL && *value != '\0')
			return value;
	}
	return NULL;
}

static int proxy_option_bad(struct error *err, const char *where)
{
	error_set(err, "%s: not a proxy address", where);
	error_suggest(err, "write http://HOST:PORT");
	return -1;
}

/* Which one is meant without it, programs do not agree on: 80, 1080, 3128. */
static int proxy_option_no_port(struct error *err, const char *where)
{
	error_set(err, "%s: the address of a proxy needs its port", where);
	error_suggest(err, "write http://HOST:PORT, such as "
			   "http://proxy.example:3128; 8080 is usual, too");
	return -1;
}

/* A URL with a path is the address of a script that chooses a proxy. */
static int proxy_option_path(const char *text, const char *where,
			     struct error *err)
{
	const char *slash = strchr(text, '/');

	if (slash == NULL || slash[1] == '\0')
		return 0;
	error_set(err,
		  "%s: a URL with a path is a PAC file, not the address of a "
		  "proxy",
		  where);
	error_suggest(err, "open it, and write http://HOST:PORT of the proxy "
			   "that it returns");
	return -1;
}

/* host[:port][/] of a URL without scheme and userinfo. */
static int proxy_option_host(struct proxy_settings *p, const char *text,
			     const char *where, struct error *err)
{
	char host[256], digits[8];
	struct addr literal;
	const char *end, *port = NULL;
	int64_t number = 0;
	size_t length;

	if (proxy_option_path(text, where, err) == -1)
		return -1;
	if (*text == '[') {
		text++;
		end = strchr(text, ']');
		if (end == NULL)
			return proxy_option_bad(err, where);
		port = end[1] == ':' ? end + 2 : NULL;
	} else {
		end = text + strcspn(text, ":/");
		port = *end == ':' ? end + 1 : NULL;
	}
	length = (size_t)(end - text);
	if (length == 0 || length >= sizeof host)
		return proxy_option_bad(err, where);
	memcpy(host, text, length);
	host[length] = '\0';
	if (target_host(host, &literal, err) == -1)
		return proxy_option_bad(err, where);
	if (port == NULL || *port == '\0' || *port == '/')
		return proxy_option_no_port(err, where);
	text_copy(digits, sizeof digits, port);
	digits[strcspn(digits, "/")] = '\0';
	if (!text_number(digits, 1, 65535, &number))
		return proxy_option_bad(err, where);
	p->host = mem_strdup(host);
	p->port = (uint16_t)number;
	p->url = mem_printf(strchr(host, ':') != NULL ? "http://[%s]:%u"
						      : "http://%s:%u",
			    host, p->port);
	return 0;
}

/* The value of a hexadecimal digit; -1: none. */
static int proxy_option_digit(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c == '\0' ? NULL : strchr(digits, c);
	int value = at == NULL ? -1 : (int)(at - digits);

	return value < 16 ? value : value - 6;
}

/* "CORP%5Cuser:p%40ss": as the parts of a URL are written (RFC 3986 2.1). What
 * is not such an escape stays as it is. */
static char *proxy_option_decode(const char *text, size_t length)
{
	char *out = mem_calloc(length + 1, 1);
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		int high = -1, low = -1;

		if (text[i] == '%' && i + 2 < length) {
			high = proxy_option_digit(text[i + 1]);
			low = proxy_option_digit(text[i + 2]);
		}
		if (high < 0 || low < 0 || high + low == 0) {
			out[used++] = text[i];
			continue;
		}
		out[used++] = (char)(high * 16 + low);
		i += 2;
	}
	return out;
}

static void proxy_option_userinfo(struct request *r, const char *text,
				  size_t length, const char *source)
{
	struct secret *s = mem_calloc(1, sizeof *s);

	s->value = proxy_option_decode(text, length);
	s->source = mem_strdup(source);
	r->proxy_secret = s;
	r->proxy.authentication = s;
}

static int proxy_option_scheme(const char *url, const char *where,
			       struct error *err)
{
	bool socks = text_ncasecmp(url, "socks", 5) == 0;

	error_set(err,
		  socks ? "%s: a SOCKS proxy is not supported"
			: "%s: only http:// proxies are supported",
		  where);
	error_suggest(err, socks ? "write http://HOST:PORT of an HTTP proxy"
				 : "write http://HOST:PORT");
	return -1;
}

static int proxy_option_url(struct request *r, const char *url,
			    const char *where, bool secret_allowed,
			    struct error *err)
{
	const char *scheme = strstr(url, "://"), *at;

	if (scheme != NULL) {
		if (text_ncasecmp(url, "http://", 7) != 0)
			return proxy_option_scheme(url, where, err);
		url = scheme + 3;
	}
	at = strrchr(url, '@');
	if (at != NULL && !secret_allowed) {
		error_set(err,
			  "%s: a password does not belong on the command "
			  "line",
			  where);
		error_suggest(err, "use --proxy-auth env:NAME or file:PATH");
		return -1;
	}
	if (at != NULL) {
		proxy_option_userinfo(r, url, (size_t)(at - url), where);
		url = at + 1;
	}
	return proxy_option_host(&r->proxy, url, where, err);
}

static void proxy_option_no_proxy(struct proxy_settings *p)
{
	const char *value = getenv("no_proxy");
	char *copy, *rest, *word;
	size_t count = 0, capacity = 0;

	if (value == NULL)
		value = getenv("NO_PROXY");
	if (value == NULL)
		return;
	copy = rest = mem_strdup(value);
	while ((word = text_split(&rest, ", \t")) != NULL) {
		if (*word == '\0')
			continue;
		p->no_proxy = mem_grow(p->no_proxy, &capacity, count + 2,
				       sizeof *p->no_proxy);
		p->no_proxy[count++] = mem_strdup(word);
	}
	free(copy);
}

static int proxy_option_environment(struct request *r, struct error *err)
{
	const char *name;
	const char *url = proxy_option_variable(&name);

	if (url == NULL && getenv("HTTP_PROXY") != NULL) {
		error_set(err, "--proxy env: HTTP_PROXY is not used in "
			       "capitals, as in curl");
		error_suggest(err, "set http_proxy or https_proxy, or write "
				   "--proxy http://HOST:PORT");
		return -1;
	}
	if (url == NULL) {
		error_set(err, "--proxy env: no proxy variable is set");
		error_suggest(err, "set https_proxy, or write --proxy "
				   "http://HOST:PORT");
		return -1;
	}
	r->proxy.source = "environment";
	proxy_option_no_proxy(&r->proxy);
	return proxy_option_url(r, url, name, true, err);
}

/* Not used, but worth reporting where nothing gets out directly. The user name
 * and password are left out. */
static void proxy_option_unused(struct request *r, const char *url)
{
	const char *at = strrchr(url, '@');
	struct error err;

	if (text_ncasecmp(url, "http://", 7) == 0)
		url += 7;
	else if (strstr(url, "://") != NULL)
		return;
	r->proxy.source = "environment";
	r->has_unused_proxy =
	    proxy_option_host(&r->proxy, at != NULL ? at + 1 : url,
			      "environment", &err) == 0;
}

int proxy_option_read(struct request *r, const struct options *o,
		      struct error *err)
{
	const char *option = options_text(o, OPT_PROXY), *name, *url;
	const char *auth = options_text(o, OPT_PROXY_AUTH);

	if (option == NULL) {
		url = proxy_option_variable(&name);
		if (url != NULL) {
			snprintf(r->hint, sizeof r->hint,
				 "%s is set in the environment and was not "
				 "used; --proxy env uses it",
				 name);
			proxy_option_unused(r, url);
		}
		if (auth != NULL) {
			error_set(err, "--proxy-auth needs --proxy");
			return -1;
		}
		return 0;
	}
	if (strcmp(option, "env") == 0) {
		if (proxy_option_environment(r, err) == -1)
			return -1;
	} else {
		r->proxy.source = "command line";
		if (proxy_option_url(r, option, "--proxy", false, err) == -1)
			return -1;
	}
	r->has_proxy = true;
	if (auth == NULL)
		return 0;
	secret_free(r->proxy_secret);
	r->proxy_secret = secret_load(auth, err);
	r->proxy.authentication = r->proxy_secret;
	return r->proxy_secret != NULL ? 0 : -1;
}
