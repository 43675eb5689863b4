/*
 * sshdeep.h - the deep part of the ssh check: carries the octets of one
 * connection to and from an SSH session, and reports what it saw as facts.
 *
 * The owner holds a struct sshdeep in its state and calls one function per
 * event. Each that returns an enum step ends the attempt as a check's step
 * does.
 */
#ifndef PREFLIGHT_SSHDEEP_H
#define PREFLIGHT_SSHDEEP_H

#include "core/engine/check.h"
#include "checks/shared/sshsession.h"

/* Parameters of the check: sshdeep_params. */
struct sshdeep_params {
	bool deep;
	const char *user;
	const struct secret *password, *key;
};
extern const struct param sshdeep_params[];
int sshdeep_validate(const void *params, struct error *err);
/* A password or a key is given: one login is tried. */
bool sshdeep_logs_in(const struct spec *s);

/* Asked for by a parameter, or by a credential of the device. */
bool sshdeep_is_wanted(const struct probe *p);

/* Whose name is given and, where there is a password or a private key, with
 * what one login is tried. All borrowed. */
struct sshdeep_login {
	const char *name; /* of the credential; NULL: given as parameters */
	const char *user;
	const char *password, *key;
};

struct sshdeep {
	struct sshsession *session;
	struct sshdeep_login login;
	bool busy;     /* a job is at work */
	bool fresh;    /* octets came that no job has seen */
	size_t octets; /* that came in all */
	enum sshsession_stage told;
	char kex[SSHMSG_NAME_MAX]; /* the method that both must choose */
};

/* Connected: libssh identifies itself. False: this host has no room for it. */
bool sshdeep_begin(struct probe *p, struct sshdeep *d);
/* The identification string came: line holds its octets, with their end.
 * False: this host has no room for it. */
bool sshdeep_identified(struct probe *p, struct sshdeep *d, const void *line,
			size_t length);
/* Is there an algorithm in common in each list? Facts tell where not. */
bool sshdeep_has_common(struct probe *p, struct sshdeep *d,
			const struct sshmsg_kexinit *k);
/* The server's list of algorithms came and stands in p->in with all that
 * follows: the key exchange may go on. */
enum step sshdeep_data(struct probe *p, struct sshdeep *d);
/* EV_JOB; listed: the server's list came. */
enum step sshdeep_job_done(struct probe *p, struct sshdeep *d, bool listed);
void sshdeep_stop(struct sshdeep *d);

/* The facts that it sets, for the check's table. */
#define SSHDEEP_FACTS                                                         \
	{.name = "no-common",                                                 \
	 .type = FACT_LIST,                                                   \
	 .help = "lists that share no algorithm with this program (deep)"},   \
	    {.name = "stage",                                                 \
	     .type = FACT_STRING,                                             \
	     .help =                                                          \
		 "how far a deep check got: key-exchange, authentication, "   \
		 "login"},                                                    \
	    {.name = "host-key-type",                                         \
	     .type = FACT_STRING,                                             \
	     .help = "type of the server's key (deep)"},                      \
	    {.name = "host-key",                                              \
	     .type = FACT_STRING,                                             \
	     .help = "its SHA-256 fingerprint, as OpenSSH prints it (deep)"}, \
	    {.name = "kex-used",                                              \
	     .type = FACT_STRING,                                             \
	     .help = "key exchange method in use (deep)"},                    \
	    {.name = "cipher-used",                                           \
	     .type = FACT_STRING,                                             \
	     .help = "cipher in use (deep)"},                                 \
	    {.name = "mac-used",                                              \
	     .type = FACT_STRING,                                             \
	     .help = "MAC in use; implicit: the cipher has its own (deep)"},  \
	    {.name = "auth-methods",                                          \
	     .type = FACT_LIST,                                               \
	     .help =                                                          \
		 "authentication methods that the server offers this user "   \
		 "(deep)"},                                                   \
	    {.name = "login-banner",                                          \
	     .type = FACT_STRING,                                             \
	     .help = "text shown before a login (deep)"},                     \
	    {.name = "user",                                                  \
	     .type = FACT_STRING,                                             \
	     .help = "user name that was sent to the server (deep)"},         \
	    {.name = "credential",                                            \
	     .type = FACT_STRING,                                             \
	     .help = "the inventory's credential that was used (deep)"},      \
	    {.name = "login",                                                 \
	     .type = FACT_STRING,                                             \
	     .help = "works, refused, partial, more-wanted, no-method, "      \
		     "not-needed, not-tried, key-unreadable (deep)"},         \
	    {.name = "login-method",                                          \
	     .type = FACT_STRING,                                             \
	     .help = "authentication method of the one login (deep)"},        \
	{                                                                     \
		.name = "disconnect", .type = FACT_STRING,                    \
		.help = "the server's text when it disconnected, or libssh's" \
	}

#endif
