/*
 * known.h - the answer to a question about this host, which may have none.
 *
 * NOT_KNOWN: this system, or this user's rights, cannot tell. It is never
 * counted as no: whoever needs the fact stays silent, and the fact is left out
 * of the report.
 */
#ifndef PREFLIGHT_KNOWN_H
#define PREFLIGHT_KNOWN_H

enum known { NOT_KNOWN, KNOWN_NO, KNOWN_YES };

#endif
