/*
 * text.h - words for people that differ between systems.
 */
#ifndef PREFLIGHT_OS_TEXT_H
#define PREFLIGHT_OS_TEXT_H

/* The command that shows this host's addresses and interfaces. */
extern const char os_text_addresses[];
/* How echo is allowed for a user who may not send it. */
extern const char os_text_allow_echo[];
/* How low ports are allowed for a user who may not bind them. */
extern const char os_text_allow_bind[];

/* The C library's name, and the version that is in use. */
extern const char os_text_c_library[];
const char *os_text_c_library_version(void);

#endif
