/*
 * roots.h - where the certificates lie that this host trusts.
 */
#ifndef PREFLIGHT_OS_ROOTS_H
#define PREFLIGHT_OS_ROOTS_H

/* From now on only this file of PEM certificates counts (--ca-file); borrowed.
 */
void os_roots_use(const char *file);

/*
 * All that this host trusts, also what was added to it: files of PEM
 * certificates and folders of such files, ending with NULL; valid until the
 * next call. The first of these that says anything: os_roots_use(); the
 * environment's SSL_CERT_FILE and SSL_CERT_DIR (a list), whatever is there; the
 * first usual file that can be read; the usual folders, whether they are there
 * or not.
 */
const char *const *os_roots_places(void);
/* A folder of files *.crt, one PEM certificate each: the public ones alone
 * (Mozilla's set). It may be missing: then what was added is not known. */
const char *os_roots_public_folder(void);
/* The same set as PEM text, as it was where the program was built; for hosts
 * without that folder. A public root may be younger: what is not in it may be
 * public all the same. Made by the Makefile; "" where there was no set. */
extern const char os_roots_public[];

#endif
