/*
 * sshsession.h - an SSH session by libssh: key exchange, the methods of
 * authentication that the server offers, one login.
 *
 * libssh sits at one end of a socket pair and never touches the network: the
 * owner carries the octets between the other end and the connection. All of
 * its work, with its large numbers and passphrases, is done in
 * sshsession_work(), on a worker; while that runs no other code may touch the
 * session but for sshsession_give(). It reads no configuration, no known hosts
 * and no agent.
 *
 * 	ssh = sshsession_new(user)
 * 	repeat: sshsession_give(ssh, octets that came)
 * 	        sshsession_ref(ssh), then on a worker sshsession_work(ssh)
 * 	        sshsession_take(ssh), and send it; look at sshsession_seen(ssh)
 */
#ifndef PREFLIGHT_SSHSESSION_H
#define PREFLIGHT_SSHSESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/proto/sshmsg.h"

struct sshsession;

/* How far it is. */
enum sshsession_stage {
	SSHSESSION_KEX,     /* keys are being agreed */
	SSHSESSION_METHODS, /* agreed; `none` is asked (RFC 4252 5.2) */
	SSHSESSION_READY,   /* the methods are known, or none is needed */
	SSHSESSION_LOGIN,   /* the one attempt is under way */
	SSHSESSION_OVER     /* it has its answer */
};

enum sshsession_login {
	SSHSESSION_NO_LOGIN,  /* none was tried */
	SSHSESSION_FREE,      /* `none` was enough */
	SSHSESSION_WORKS,     /* accepted */
	SSHSESSION_REFUSED,   /* refused */
	SSHSESSION_PARTIAL,   /* accepted, and another method is wanted */
	SSHSESSION_MORE,      /* the server asks for more than a password */
	SSHSESSION_UNREADABLE /* the private key cannot be read */
};

/* Bits of sshsession_seen.methods. */
enum {
	SSHSESSION_PASSWORD = 1,
	SSHSESSION_PUBLICKEY = 2,
	SSHSESSION_INTERACTIVE = 4,
	SSHSESSION_HOSTBASED = 8,
	SSHSESSION_GSSAPI = 16
};

enum { SSHSESSION_WORD = 64, SSHSESSION_TEXT = 1024 };

/* Raw text of the server's where it is marked so; the rest is libssh's. */
struct sshsession_seen {
	enum sshsession_stage stage;
	bool failed;       /* at this stage, for good */
	bool disconnected; /* by the server's own message (RFC 4253 11.1) */
	char error[SSHSESSION_TEXT]; /* raw: may quote the server */
	char key_type[SSHSESSION_WORD];
	char key[SSHSESSION_WORD]; /* "SHA256:...", as OpenSSH prints it */
	char kex[SSHSESSION_WORD], cipher[SSHSESSION_WORD];
	char mac[SSHSESSION_WORD];    /* "" where the cipher needs none */
	unsigned methods;             /* SSHSESSION_PASSWORD ... */
	char banner[SSHSESSION_TEXT]; /* raw: RFC 4252 5.4; "" none */
	enum sshsession_login login;
	unsigned method; /* the one that the login used */
};

/* The names, by preference, that a session offers in a list. */
const char *sshsession_offer(enum sshmsg_list list);

/* user is copied. NULL: no descriptors, or no memory in libssh. */
struct sshsession *sshsession_new(const char *user);
/* One reference comes with sshsession_new(), one is taken for each job. */
void sshsession_ref(struct sshsession *s);
void sshsession_unref(void *session);

/* Octets from the server; how many of them were taken (the rest later). */
size_t sshsession_give(struct sshsession *s, const void *bytes, size_t length);
/* Octets for the server; 0: no more at present. */
size_t sshsession_take(struct sshsession *s, void *out, size_t size);

/* Goes on as far as the octets given allow. */
void sshsession_work(void *session);
const struct sshsession_seen *sshsession_seen(const struct sshsession *s);

/*
 * At SSHSESSION_READY: lets the next work try to log in, once. It takes the
 * first of publickey (with the private key, whose passphrase is the password),
 * password and keyboard-interactive (one question, without echo) that the
 * server offers and there is something for. password and key are borrowed until
 * the run has ended; either may be NULL. False: there is no such method.
 */
bool sshsession_login(struct sshsession *s, const char *password,
		      const char *key);

#endif
