/* sshsession.c - the adapter of libssh: the only file that knows it. */
#include "checks/shared/sshsession.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/os/socket.h"

#include <stdlib.h>
#include <string.h>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

enum {
	SESSION_PASSES = 64,    /* of one work; libssh reads 4 KiB and more */
	SESSION_ROUNDS = 4,     /* of keyboard-interactive, at most */
	SESSION_RSA_LEAST = 768 /* bits: the fewest that libssh allows */
};

struct sshsession {
	unsigned refs; /* the loop's thread only */
	ssh_session ssh;
	int near, far; /* ours, libssh's */
	bool far_lent; /* libssh may have closed it */
	bool answered; /* the one question of keyboard-interactive */
	int rounds;    /* of it */
	const char *password, *private_key;
	ssh_key key;
	struct sshsession_seen seen;
};

/*
 * All that libssh can do, what costs least first: a group of 8,192 bits takes a
 * worker 170 ms. It drops the names that it was built without.
 */
const char *sshsession_offer(enum sshmsg_list list)
{
	static const char *const names[SSHMSG_LISTS] = {
	    [SSHMSG_KEX] = "curve25519-sha256,curve25519-sha256@libssh.org,"
			   "ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
			   "ecdh-sha2-nistp521,diffie-hellman-group14-sha256,"
			   "diffie-hellman-group16-sha512,"
			   "diffie-hellman-group-exchange-sha256,"
			   "diffie-hellman-group18-sha512,"
			   "diffie-hellman-group14-sha1,"
			   "diffie-hellman-group1-sha1,"
			   "diffie-hellman-group-exchange-sha1",
	    [SSHMSG_HOST_KEY] = "ssh-ed25519,ecdsa-sha2-nistp256,"
				"ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"
				"rsa-sha2-512,rsa-sha2-256,ssh-rsa",
	    [SSHMSG_CIPHER] = "chacha20-poly1305@openssh.com,"
			      "aes256-gcm@openssh.com,aes128-gcm@openssh.com,"
			      "aes256-ctr,aes192-ctr,aes128-ctr,aes256-cbc,"
			      "aes192-cbc,aes128-cbc,3des-cbc",
	    [SSHMSG_MAC] = "hmac-sha2-256-etm@openssh.com,"
			   "hmac-sha2-512-etm@openssh.com,"
			   "hmac-sha1-etm@openssh.com,"
			   "hmac-sha2-256,hmac-sha2-512,hmac-sha1"};

	return names[list];
}

/* Life -------------------------------------------------------------------- */

static bool sshsession_option(struct sshsession *s, enum ssh_options_e option,
			      const void *value)
{
	return ssh_options_set(s->ssh, option, value) == SSH_OK;
}

/* Nothing of this host's user is read: no ProxyCommand, no known hosts, no
 * names looked up for a home folder. */
static bool sshsession_set_up(struct sshsession *s, const char *user)
{
	static const struct {
		enum ssh_options_e option;
		enum sshmsg_list list;
	} lists[] = {{SSH_OPTIONS_KEY_EXCHANGE, SSHMSG_KEX},
		     {SSH_OPTIONS_HOSTKEYS, SSHMSG_HOST_KEY},
		     {SSH_OPTIONS_CIPHERS_C_S, SSHMSG_CIPHER},
		     {SSH_OPTIONS_CIPHERS_S_C, SSHMSG_CIPHER},
		     {SSH_OPTIONS_HMAC_C_S, SSHMSG_MAC},
		     {SSH_OPTIONS_HMAC_S_C, SSHMSG_MAC}};
	const int no = 0, quiet = SSH_LOG_NOLOG, bits = SESSION_RSA_LEAST;
	bool good =
	    sshsession_option(s, SSH_OPTIONS_PROCESS_CONFIG, &no) &&
	    sshsession_option(s, SSH_OPTIONS_LOG_VERBOSITY, &quiet) &&
	    sshsession_option(s, SSH_OPTIONS_SSH_DIR, "/nonexistent") &&
	    sshsession_option(s, SSH_OPTIONS_KNOWNHOSTS, "/dev/null") &&
	    sshsession_option(s, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") &&
	    sshsession_option(s, SSH_OPTIONS_RSA_MIN_SIZE, &bits) &&
	    sshsession_option(s, SSH_OPTIONS_HOST, "target") &&
	    sshsession_option(s, SSH_OPTIONS_USER, user) &&
	    sshsession_option(s, SSH_OPTIONS_FD, &s->far);

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		good =
		    good && sshsession_option(s, lists[i].option,
					      sshsession_offer(lists[i].list));
	ssh_set_blocking(s->ssh, 0);
	return good;
}

struct sshsession *sshsession_new(const char *user)
{
	struct sshsession *s;
	int pair[2];

	if (!socket_pair(pair))
		return NULL;
	s = mem_calloc(1, sizeof *s);
	s->refs = 1;
	s->near = pair[0];
	s->far = pair[1];
	s->ssh = ssh_new();
	if (s->ssh != NULL && sshsession_set_up(s, user))
		return s;
	sshsession_unref(s);
	return NULL;
}

void sshsession_ref(struct sshsession *s)
{
	s->refs++;
}

void sshsession_unref(void *session)
{
	struct sshsession *s = session;
	bool open;

	if (s == NULL || --s->refs > 0)
		return;
	/* libssh closes a descriptor that it was given on an error of its own,
	 * never in ssh_free(). */
	open = s->ssh == NULL || !s->far_lent || ssh_get_fd(s->ssh) != -1;
	ssh_key_free(s->key);
	if (s->ssh != NULL)
		ssh_free(s->ssh);
	if (open)
		socket_close(s->far);
	socket_close(s->near);
	mem_wipe(s, sizeof *s);
	free(s);
}

/* Octets ------------------------------------------------------------------ */

size_t sshsession_give(struct sshsession *s, const void *bytes, size_t length)
{
	struct os_failure failure;
	int64_t n = socket_send(s->near, bytes, length, &failure);

	return n > 0 ? (size_t)n : 0;
}

size_t sshsession_take(struct sshsession *s, void *out, size_t size)
{
	struct os_failure failure;
	int64_t n = socket_read(s->near, out, size, &failure);

	return n > 0 ? (size_t)n : 0;
}

const struct sshsession_seen *sshsession_seen(const struct sshsession *s)
{
	return &s->seen;
}

/* Work, on a worker ------------------------------------------------------- */

static void sshsession_copy(char out[SSHSESSION_WORD], const char *text)
{
	if (text != NULL)
		text_copy(out, SSHSESSION_WORD, text);
}

/* libssh keeps its last error only: with something left to send, that is of the
 * socket which it closed when the server disconnected. What it logs of the
 * disconnect is kept instead. */
static void sshsession_logged(int level, const char *function, const char *line,
			      void *arg)
{
	static const char received[] = "Received SSH_MSG_DISCONNECT ";
	struct sshsession *s = arg;
	const char *found = strstr(line, received);

	(void)level;
	(void)function;
	if (found == NULL || s->seen.disconnected)
		return;
	s->seen.disconnected = true;
	text_copy(s->seen.error, sizeof s->seen.error, found);
}

static void sshsession_failed(struct sshsession *s)
{
	const char *error = ssh_get_error(s->ssh);

	s->seen.failed = true;
	if (!s->seen.disconnected)
		text_copy(s->seen.error, sizeof s->seen.error,
			  error != NULL ? error : "");
}

static bool sshsession_take_key(struct sshsession *s)
{
	unsigned char *hash = NULL;
	char *text = NULL;
	ssh_key key = NULL;
	size_t length;

	if (ssh_get_server_publickey(s->ssh, &key) != SSH_OK)
		return false;
	sshsession_copy(s->seen.key_type,
			ssh_key_type_to_char(ssh_key_type(key)));
	if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash,
				   &length) == 0)
		text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash,
						length);
	sshsession_copy(s->seen.key, text);
	ssh_string_free_char(text);
	ssh_clean_pubkey_hash(&hash);
	ssh_key_free(key);
	return text != NULL;
}

static void sshsession_agree(struct sshsession *s)
{
	int rc = ssh_connect(s->ssh);
	const char *mac;

	s->far_lent = true;
	if (rc == SSH_AGAIN)
		return;
	if (rc != SSH_OK || !sshsession_take_key(s)) {
		sshsession_failed(s);
		return;
	}
	sshsession_copy(s->seen.kex, ssh_get_kex_algo(s->ssh));
	sshsession_copy(s->seen.cipher, ssh_get_cipher_out(s->ssh));
	mac = ssh_get_hmac_out(s->ssh);
	if (mac != NULL && strncmp(mac, "aead-", 5) != 0)
		sshsession_copy(s->seen.mac, mac);
	s->seen.stage = SSHSESSION_METHODS;
}

static unsigned sshsession_methods(struct sshsession *s)
{
	static const struct {
		int theirs;
		unsigned ours;
	} bits[] = {{SSH_AUTH_METHOD_PASSWORD, SSHSESSION_PASSWORD},
		    {SSH_AUTH_METHOD_PUBLICKEY, SSHSESSION_PUBLICKEY},
		    {SSH_AUTH_METHOD_INTERACTIVE, SSHSESSION_INTERACTIVE},
		    {SSH_AUTH_METHOD_HOSTBASED, SSHSESSION_HOSTBASED},
		    {SSH_AUTH_METHOD_GSSAPI_MIC, SSHSESSION_GSSAPI}};
	int list = ssh_userauth_list(s->ssh, NULL);
	unsigned methods = 0;

	for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
		if ((list & bits[i].theirs) != 0)
			methods |= bits[i].ours;
	return methods;
}

static void sshsession_take_banner(struct sshsession *s)
{
	char *banner = ssh_get_issue_banner(s->ssh);

	if (banner == NULL)
		return;
	text_copy(s->seen.banner, sizeof s->seen.banner, banner);
	ssh_string_free_char(banner);
}

static void sshsession_ask_none(struct sshsession *s)
{
	switch (ssh_userauth_none(s->ssh, NULL)) {
	case SSH_AUTH_AGAIN:
		return;
	case SSH_AUTH_SUCCESS:
		s->seen.login = SSHSESSION_FREE;
		s->seen.stage = SSHSESSION_OVER;
		break;
	case SSH_AUTH_DENIED:
	case SSH_AUTH_PARTIAL:
		s->seen.methods = sshsession_methods(s);
		s->seen.stage = SSHSESSION_READY;
		break;
	default:
		sshsession_failed(s);
		return;
	}
	sshsession_take_banner(s);
}

/*
 * One question that hides its answer gets the password, once. What else the
 * server wants to know (a code, a new password) is left without an answer.
 */
static int sshsession_interactive(struct sshsession *s)
{
	int rc = ssh_userauth_kbdint(s->ssh, NULL, NULL);

	while (rc == SSH_AUTH_INFO && s->rounds++ < SESSION_ROUNDS) {
		int questions = ssh_userauth_kbdint_getnprompts(s->ssh);
		char echo = 0;

		if (questions > 0) {
			ssh_userauth_kbdint_getprompt(s->ssh, 0, &echo);
			if (questions > 1 || echo != 0 || s->answered)
				return SSH_AUTH_INFO;
			if (ssh_userauth_kbdint_setanswer(s->ssh, 0,
							  s->password) < 0)
				return SSH_AUTH_ERROR;
			s->answered = true;
		}
		rc = ssh_userauth_kbdint(s->ssh, NULL, NULL);
	}
	return rc;
}

static int sshsession_publickey(struct sshsession *s)
{
	if (s->key == NULL &&
	    ssh_pki_import_privkey_base64(s->private_key, s->password, NULL,
					  NULL, &s->key) != SSH_OK) {
		s->seen.login = SSHSESSION_UNREADABLE;
		s->seen.stage = SSHSESSION_OVER;
		return SSH_AUTH_AGAIN;
	}
	return ssh_userauth_publickey(s->ssh, NULL, s->key);
}

static int sshsession_try(struct sshsession *s)
{
	switch (s->seen.method) {
	case SSHSESSION_PUBLICKEY:
		return sshsession_publickey(s);
	case SSHSESSION_PASSWORD:
		return ssh_userauth_password(s->ssh, NULL, s->password);
	default:
		return sshsession_interactive(s);
	}
}

static void sshsession_log_in(struct sshsession *s)
{
	switch (sshsession_try(s)) {
	case SSH_AUTH_AGAIN:
		return;
	case SSH_AUTH_SUCCESS:
		s->seen.login = SSHSESSION_WORKS;
		break;
	case SSH_AUTH_DENIED:
		s->seen.login = SSHSESSION_REFUSED;
		break;
	case SSH_AUTH_PARTIAL:
		s->seen.login = SSHSESSION_PARTIAL;
		break;
	case SSH_AUTH_INFO:
		s->seen.login = SSHSESSION_MORE;
		break;
	default:
		sshsession_failed(s);
		return;
	}
	s->seen.stage = SSHSESSION_OVER;
}

bool sshsession_login(struct sshsession *s, const char *password,
		      const char *key)
{
	unsigned methods = s->seen.methods;

	if (key != NULL && (methods & SSHSESSION_PUBLICKEY) != 0)
		s->seen.method = SSHSESSION_PUBLICKEY;
	else if (password != NULL && (methods & SSHSESSION_PASSWORD) != 0)
		s->seen.method = SSHSESSION_PASSWORD;
	else if (password != NULL && (methods & SSHSESSION_INTERACTIVE) != 0)
		s->seen.method = SSHSESSION_INTERACTIVE;
	else
		return false;
	s->password = password;
	s->private_key = key;
	s->seen.stage = SSHSESSION_LOGIN;
	return true;
}

static void sshsession_pass(struct sshsession *s)
{
	switch (s->seen.stage) {
	case SSHSESSION_KEX:
		sshsession_agree(s);
		return;
	case SSHSESSION_METHODS:
		sshsession_ask_none(s);
		return;
	case SSHSESSION_LOGIN:
		sshsession_log_in(s);
		return;
	case SSHSESSION_READY:
	case SSHSESSION_OVER:
		return;
	}
}

/* Not at its end, and not waiting for sshsession_login(). */
static bool sshsession_is_at_work(const struct sshsession *s)
{
	return !s->seen.failed && s->seen.stage != SSHSESSION_READY &&
	       s->seen.stage != SSHSESSION_OVER;
}

/* libssh closes its end when the server disconnects, and returns SSH_AGAIN. */
static bool sshsession_is_gone(const struct sshsession *s)
{
	return s->far_lent && ssh_get_fd(s->ssh) == -1;
}

void sshsession_work(void *session)
{
	struct sshsession *s = session;

	/* Of this thread: another worker has a session of its own. */
	ssh_set_log_callback(sshsession_logged);
	ssh_set_log_userdata(s);
	ssh_set_log_level(SSH_LOG_PACKET);
	/* One pass may leave something unread, or begin a stage whose first
	 * octets are to be written. */
	for (int i = 0; i < SESSION_PASSES && sshsession_is_at_work(s); i++) {
		enum sshsession_stage stage = s->seen.stage;

		sshsession_pass(s);
		if (s->seen.stage != stage || s->seen.failed)
			continue;
		if (sshsession_is_gone(s))
			sshsession_failed(s);
		else if (socket_readable(s->far) == 0)
			break;
	}
	ssh_set_log_level(SSH_LOG_NOLOG);
}
