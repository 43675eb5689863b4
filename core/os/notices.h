/*
 * notices.h - the kernel's notices that a link, an address or a route changed.
 *
 * A notice only says that something changed; what it is now is asked anew
 * (host.h).
 */
#ifndef PREFLIGHT_OS_NOTICES_H
#define PREFLIGHT_OS_NOTICES_H

/* A socket that becomes readable with each notice; the caller gives it to
 * os_notices_close(). -1: this host gives no notices. */
int os_notices_open(void);
/* Reads away what has come. */
void os_notices_drain(int fd);
void os_notices_close(int fd);

#endif
