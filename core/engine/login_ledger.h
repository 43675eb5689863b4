/*
 * login_ledger.h - which credentials a device has rejected in this run, and
 * which probe is logging in to it now.
 *
 * A device is the inventory's, or else a host as spelled: its addresses, ports
 * and checks are one, because they may share one list of accounts. Nothing is
 * ever forgotten within a run.
 */
#ifndef PREFLIGHT_LOGIN_LEDGER_H
#define PREFLIGHT_LOGIN_LEDGER_H

struct spec;
struct login_ledger;
struct login_device;

struct login_ledger *login_ledger_new(void);
void login_ledger_free(struct login_ledger *l);
/* The device that this spec tests; it stays valid until login_ledger_free(). */
struct login_device *login_ledger_device(struct login_ledger *l,
					 const struct spec *s);

/* For all that follow d may be NULL: a probe that does not send a credential.
 *
 * The probe that logs in to it now; NULL: none. */
const void *login_owner(const struct login_device *d);
void login_hold(struct login_device *d, const void *holder);

/* How it rejected that credential, borrowed; NULL: it has not. */
const char *login_rejected(const struct login_device *d,
			   const char *credential);
/* The first time counts; both texts are copied. */
void login_reject(struct login_device *d, const char *credential,
		  const char *how);

#endif
