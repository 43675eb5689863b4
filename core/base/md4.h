/*
 * md4.h - MD4 (RFC 1320), for NTLM's password hash only: OpenSSL 3 has it in
 * its legacy provider, which a host need not have.
 */
#ifndef PREFLIGHT_MD4_H
#define PREFLIGHT_MD4_H

#include <stddef.h>
#include <stdint.h>

enum { MD4_OCTETS = 16 };

void md4(const void *bytes, size_t length, uint8_t out[MD4_OCTETS]);

#endif
