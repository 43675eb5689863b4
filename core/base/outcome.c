/*
 * outcome.c - the words of the vocabulary, and codes made of them.
 */
#include "core/base/outcome.h"
#include "core/base/icmp.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

#define OUTCOME_NAME(table, value) \
	outcome_word(table, sizeof(table) / sizeof(table[0]), (unsigned)(value))

static const char *outcome_word(const char *const *words, size_t count,
				unsigned i)
{
	return i < count ? words[i] : "unknown";
}

static const char *const phase_words[PHASE_COUNT] = {
    [PHASE_LOCAL] = "local",     [PHASE_RESOLVE] = "resolve",
    [PHASE_CONNECT] = "connect", [PHASE_PROXY] = "proxy",
    [PHASE_TLS] = "tls",         [PHASE_REQUEST] = "request",
    [PHASE_REPLY] = "reply",
};

static const char *const cause_words[CAUSE_COUNT] = {
    [CAUSE_OK] = "ok",
    [CAUSE_TIMEOUT] = "timeout",
    [CAUSE_REFUSED] = "refused",
    [CAUSE_PROHIBITED] = "prohibited",
    [CAUSE_UNREACHABLE] = "unreachable",
    [CAUSE_RESET] = "reset",
    [CAUSE_BAD_REPLY] = "bad-reply",
    [CAUSE_REJECTED] = "rejected",
    [CAUSE_UNTRUSTED] = "untrusted",
    [CAUSE_NXDOMAIN] = "nxdomain",
    [CAUSE_SERVFAIL] = "servfail",
    [CAUSE_NO_DATA] = "no-data",
    [CAUSE_UNSYNCHRONISED] = "unsynchronised",
    [CAUSE_IN_USE] = "in-use",
    [CAUSE_LOCAL] = "local",
};

/* For pairs that outcome_table[] does not have. */
static const char *const cause_texts[CAUSE_COUNT] = {
    [CAUSE_OK] = "worked",
    [CAUSE_TIMEOUT] = "no answer",
    [CAUSE_REFUSED] = "refused",
    [CAUSE_PROHIBITED] = "prohibited by a device on the path",
    [CAUSE_UNREACHABLE] = "reported unreachable",
    [CAUSE_RESET] = "the connection was closed or reset",
    [CAUSE_BAD_REPLY] = "another protocol answered",
    [CAUSE_REJECTED] = "answered with a refusal",
    [CAUSE_UNTRUSTED] = "the certificate is not trusted",
    [CAUSE_NXDOMAIN] = "the name does not exist",
    [CAUSE_SERVFAIL] = "the DNS server failed",
    [CAUSE_NO_DATA] = "the name has no address",
    [CAUSE_UNSYNCHRONISED] = "the time server is not synchronised",
    [CAUSE_IN_USE] = "the port is in use on this host",
    [CAUSE_LOCAL] = "this host could not run the test",
};

static const char *const proof_words[] = {
    [PROOF_NONE] = "none",
    [PROOF_PATH] = "path",
    [PROOF_CONNECT] = "connect",
    [PROOF_SERVICE] = "service",
};

static const char *const verdict_words[VERDICT_COUNT] = {
    [VERDICT_NONE] = "none",
    [VERDICT_PASS] = "pass",
    [VERDICT_NOT_NEEDED] = "not-needed",
    [VERDICT_UNTESTED] = "untested",
    [VERDICT_WARN] = "warn",
    [VERDICT_SKIP] = "skip",
    [VERDICT_FAIL] = "fail",
};

static const char *const why_words[WHY_COUNT] = {
    [WHY_NONE] = "none",
    [WHY_NEEDS_INPUT] = "needs-input",
    [WHY_NEEDS_PRIVILEGE] = "needs-privilege",
    [WHY_NEEDS_SECOND_END] = "needs-second-end",
    [WHY_NO_WITNESS] = "no-witness",
    [WHY_LOCAL] = "local",
    [WHY_NOT_RUN] = "not-run",
};

static const char *const transport_words[] = {
    [TRANSPORT_LOCAL] = "local",
    [TRANSPORT_TCP] = "tcp",
    [TRANSPORT_UDP] = "udp",
    [TRANSPORT_ICMP] = "icmp",
};

static const char *const transports_words[TRANSPORTS_COUNT] = {
    [TRANSPORTS_LOCAL] = "local",
    [TRANSPORTS_TCP] = "tcp",
    [TRANSPORTS_UDP] = "udp",
    [TRANSPORTS_ICMP] = "icmp",
    [TRANSPORTS_UDP_TCP] = "udp+tcp"};

const char *phase_name(enum phase phase)
{
	return OUTCOME_NAME(phase_words, phase);
}

const char *cause_name(enum cause cause)
{
	return OUTCOME_NAME(cause_words, cause);
}

const char *proof_name(enum proof proof)
{
	return OUTCOME_NAME(proof_words, proof);
}

const char *verdict_name(enum verdict verdict)
{
	return OUTCOME_NAME(verdict_words, verdict);
}

const char *why_name(enum why why)
{
	return OUTCOME_NAME(why_words, why);
}

const char *transport_name(enum transport transport)
{
	return OUTCOME_NAME(transport_words, transport);
}

const char *transports_name(enum transports transports)
{
	return transports_words[transports];
}

static bool outcome_find_word(const char *const *words, size_t count,
			      const char *word, size_t *out)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], word) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

bool proof_parse(const char *word, enum proof *out)
{
	size_t i;
	size_t count = sizeof(proof_words) / sizeof(proof_words[0]);
	if (!outcome_find_word(proof_words, count, word, &i))
		return false;
	*out = (enum proof)i;
	return true;
}

bool transport_parse(const char *word, enum transport *out)
{
	size_t i;
	size_t count = sizeof(transport_words) / sizeof(transport_words[0]);
	if (!outcome_find_word(transport_words, count, word, &i))
		return false;
	*out = (enum transport)i;
	return true;
}

bool transports_parse(const char *word, enum transports *out)
{
	size_t i;
	if (!outcome_find_word(transports_words + 1, TRANSPORTS_COUNT - 1, word,
			       &i))
		return false;
	*out = (enum transports)(i + 1);
	return true;
}

enum transports transports_of(enum transport transport)
{
	/* In the same order, behind "none". */
	return (enum transports)(TRANSPORTS_LOCAL + (int)transport);
}

size_t transports_each(enum transports transports, enum transport out[2])
{
	if (transports == TRANSPORTS_NONE)
		return 0;
	if (transports == TRANSPORTS_UDP_TCP) {
		out[0] = TRANSPORT_UDP;
		out[1] = TRANSPORT_TCP;
		return 2;
	}
	out[0] = (enum transport)(transports - TRANSPORTS_LOCAL);
	return 1;
}

const char *outcome_code(enum phase phase, enum cause cause,
			 char out[OUTCOME_CODE])
{
	snprintf(out, OUTCOME_CODE, "%.16s-%.16s", phase_name(phase),
		 cause_name(cause));
	for (char *c = out; *c != '\0'; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	}
	return out;
}

bool outcome_parse(const char *code, enum phase *phase, enum cause *cause)
{
	char known[OUTCOME_CODE];
	for (size_t i = 0; i < outcome_table_count; i++) {
		const struct outcome_entry *e = &outcome_table[i];
		if (strcmp(outcome_code(e->phase, e->cause, known), code) ==
		    0) {
			*phase = e->phase;
			*cause = e->cause;
			return true;
		}
	}
	return false;
}

const char *outcome_text(enum phase phase, enum cause cause)
{
	for (size_t i = 0; i < outcome_table_count; i++) {
		const struct outcome_entry *e = &outcome_table[i];
		if (e->phase == phase && e->cause == cause)
			return e->text;
	}
	return OUTCOME_NAME(cause_texts, cause);
}

/* The numbers of the two families overlap: ICMP 3 is "unreachable". */
bool outcome_is_expired(const struct outcome *o)
{
	return o->has_icmp && o->icmp_type == (o->blocker.family == ADDR_V6
						   ? ICMP_V6_EXCEEDED
						   : ICMP_V4_EXCEEDED);
}
