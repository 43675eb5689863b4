/*
 * web_check.h - what the checks `http` and `https` share: parameters, facts,
 * and what an answer proves.
 */
#ifndef PREFLIGHT_WEB_CHECK_H
#define PREFLIGHT_WEB_CHECK_H

#include "core/engine/check.h"

#include <stdbool.h>

enum web_method { WEB_HEAD, WEB_GET };
extern const char *const web_methods[]; /* choices, NULL-terminated */

struct web_params {
	const char *path;
	int method; /* enum web_method */
	bool verify;
	const struct port_list *expect_status;
	const char *const *expect_host_redirects;
};

enum { WEB_PATH_MAX = 1024 };

/* What may stand in a request line. 0, or -1 with err. */
int web_check_path(const char *path, struct error *err);
int web_check_validate(const void *params, struct error *err);
/* After a HEAD without an answer, GET is tried. */
bool web_check_again(const void *params);
/* EV_START: one request. */
enum step web_check_start(struct probe *p, bool tls);
/* EV_HTTP: facts, and the end of the attempt. */
enum step web_check_answer(struct probe *p, bool tls);

/* The rows that both facts tables have. */
#define WEB_CHECK_FACTS                                                       \
	{.name = "status", .type = FACT_NUMBER, .help = "HTTP status"},       \
	    {.name = "server",                                                \
	     .type = FACT_STRING,                                             \
	     .help = "name and version that the server reports"},             \
	    {.name = "location",                                              \
	     .type = FACT_STRING,                                             \
	     .help = "where a redirect leads"},                               \
	    {.name = "title",                                                 \
	     .type = FACT_STRING,                                             \
	     .help = "title of the page"},                                    \
	    {.name = "http-version",                                          \
	     .type = FACT_STRING,                                             \
	     .help = "protocol version of the answer"},                       \
	    {.name = "date-offset",                                           \
	     .type = FACT_MS,                                                 \
	     .help = "the server's clock minus this host's"},                 \
	    {.name = "head-unanswered",                                       \
	     .type = FACT_BOOL,                                               \
	     .help = "HEAD was not answered, so GET was sent"},               \
	    {.name = "captive",                                               \
	     .type = FACT_BOOL,                                               \
	     .help = "a log-in page answered instead of the host"},           \
	    {.name = "block-page",                                            \
	     .type = FACT_BOOL,                                               \
	     .help = "a filter answered instead of the host"},                \
	{                                                                     \
		.name = "block-product", .type = FACT_STRING,                 \
		.help = "product that the page belongs to, where it is known" \
	}

#endif
