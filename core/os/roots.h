/*
 * roots.h - where the certificates lie that this host trusts.
 */
#ifndef PREFLIGHT_OS_ROOTS_H
#define PREFLIGHT_OS_ROOTS_H

/* A file of PEM certificates: all that this host trusts, also what was added
 * to it. The first place where there is one, else the usual place. */
const char *os_roots_file(void);
/* A folder of files *.crt, one PEM certificate each: the public ones alone
 * (Mozilla's set). It may be missing: then what was added is not known. */
const char *os_roots_public_folder(void);

#endif
