/*
 * fake_probe.h - drives one check without an engine: the same functions that
 * the engine lends, noting what the check did. Included by one test program.
 *
 * Datagrams lie in blocks of exactly their size, without a NUL behind them, so
 * that the address sanitizer sees every octet read too many.
 */
#ifndef PREFLIGHT_FAKE_PROBE_H
#define PREFLIGHT_FAKE_PROBE_H

#include "core/engine/check.h"
#include "core/net/http.h"
#include "core/base/spec.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { FAKE_SENT_MAX = 4096, FAKE_SENDS_MAX = 8 };

struct fake {
	struct probe p; /* first: the check's view */
	struct spec spec;
	struct addr addr, from;
	struct buf in;
	struct facts facts;
	uint8_t sent[FAKE_SENT_MAX];
	size_t sent_length;
	size_t send_at[FAKE_SENDS_MAX + 1]; /* where each send begins */
	size_t sends;
	unsigned timer_ms, wait_ms;
	bool settled;
	void *job; /* of probe_job(), until fake_job() */
	void (*work)(void *job);
	void (*release)(void *job);
	const char *rejected_before, *rejected_name, *rejected;
	bool requested;
	struct http_request request;
	bool done;
	enum phase phase;
	enum cause cause;
	enum proof proof;
	enum why why;
};

static struct fake *fake_of(struct probe *p)
{
	return (struct fake *)(void *)p;
}

static enum step fake_end(struct probe *p, enum phase phase, enum cause cause,
			  enum proof proof)
{
	struct fake *f = fake_of(p);

	assert_false(f->done);
	f->done = true;
	f->phase = phase;
	f->cause = cause;
	f->proof = proof;
	return STEP_DONE;
}

enum step probe_ok(struct probe *p)
{
	return fake_end(p, PHASE_REPLY, CAUSE_OK, PROOF_SERVICE);
}

enum step probe_ok_connect(struct probe *p)
{
	return fake_end(p, PHASE_CONNECT, CAUSE_OK, PROOF_CONNECT);
}

enum step probe_fail(struct probe *p, enum cause cause)
{
	return fake_end(p, p->phase, cause, PROOF_NONE);
}

enum step probe_fail_at(struct probe *p, enum phase phase, enum cause cause)
{
	return fake_end(p, phase, cause, PROOF_NONE);
}

enum step probe_untested(struct probe *p, enum why why)
{
	fake_of(p)->why = why;
	return fake_end(p, PHASE_LOCAL, CAUSE_LOCAL, PROOF_NONE);
}

void probe_send(struct probe *p, const void *bytes, size_t length)
{
	struct fake *f = fake_of(p);

	assert_true(f->sent_length + length <= FAKE_SENT_MAX);
	assert_true(f->sends < FAKE_SENDS_MAX);
	memcpy(f->sent + f->sent_length, bytes, length);
	f->send_at[f->sends++] = f->sent_length;
	f->sent_length += length;
	f->send_at[f->sends] = f->sent_length;
}

void probe_consume(struct probe *p, size_t length)
{
	assert_true(length <= p->in->length);
	buf_consume(p->in, length);
}

void probe_timer(struct probe *p, unsigned ms)
{
	fake_of(p)->timer_ms = ms;
}

void probe_wait(struct probe *p, unsigned ms)
{
	fake_of(p)->wait_ms = ms;
}

void probe_settle(struct probe *p)
{
	fake_of(p)->settled = true;
}

const char *probe_rejected(const struct probe *p, const char *credential)
{
	const struct fake *f = (const void *)p;

	assert_non_null(credential);
	return f->rejected_before;
}

void probe_reject(struct probe *p, const char *credential, const char *how)
{
	fake_of(p)->rejected_name = credential;
	fake_of(p)->rejected = how;
}

void probe_job(struct probe *p, void *job, void (*work)(void *job),
	       void (*release)(void *job))
{
	struct fake *f = fake_of(p);

	assert_null(f->job); /* one at a time */
	f->job = job;
	f->work = work;
	f->release = release;
}

void probe_http(struct probe *p, const struct http_request *request)
{
	fake_of(p)->requested = true;
	fake_of(p)->request = *request;
}

void fact_string(struct probe *p, const char *name, const char *value)
{
	facts_string(&fake_of(p)->facts, name, value);
}

void fact_bytes(struct probe *p, const char *name, const void *bytes,
		size_t length)
{
	facts_bytes(&fake_of(p)->facts, name, bytes, length);
}

void fact_number(struct probe *p, const char *name, int64_t value)
{
	facts_number(&fake_of(p)->facts, name, value);
}

void fact_ms(struct probe *p, const char *name, int64_t microseconds)
{
	facts_ms(&fake_of(p)->facts, name, microseconds);
}

void fact_bool(struct probe *p, const char *name, bool value)
{
	facts_bool(&fake_of(p)->facts, name, value);
}

void fact_append(struct probe *p, const char *name, const char *value)
{
	facts_append(&fake_of(p)->facts, name, value);
}

/* A fresh attempt, before EV_START. params NULL: all zero. */
static inline void fake_new(struct fake *f, const struct check *check,
			    const void *params)
{
	static const uint64_t zero[16];

	assert_true(check->params_size <= sizeof zero);
	memset(f, 0, sizeof *f);
	buf_init(&f->in, 256 * 1024);
	f->p.check = check;
	f->p.spec = &f->spec;
	f->p.params = params != NULL ? params : zero;
	f->p.addr = &f->addr;
	f->p.from = &f->from;
	f->p.in = &f->in;
	f->p.phase = PHASE_REPLY;
	f->p.attempt = 1;
	f->p.state = calloc(1, check->state_size + 1);
	f->spec.check = check;
}

static inline void fake_event(struct fake *f, enum event event)
{
	if (!f->done)
		f->p.check->step(&f->p, event);
}

static inline void fake_start(struct fake *f, const struct check *check,
			      const void *params)
{
	fake_new(f, check, params);
	fake_event(f, EV_START);
}

/* The worker works, and EV_JOB comes. */
static inline void fake_job(struct fake *f)
{
	void *job = f->job;
	void (*release)(void *job) = f->release;

	assert_non_null(job);
	f->work(job);
	f->job = NULL;
	f->p.job = job;
	fake_event(f, EV_JOB);
	release(job);
}

static inline void fake_free(struct fake *f)
{
	if (f->p.check->stop != NULL)
		f->p.check->stop(&f->p);
	if (f->job != NULL) /* it outlives the probe */
		f->release(f->job);
	buf_free(&f->in);
	facts_free(&f->facts);
	free(f->p.state);
}

/* The stream grows by this. */
static inline void fake_stream(struct fake *f, const void *bytes, size_t length)
{
	assert_true(buf_append(&f->in, bytes, length));
	fake_event(f, EV_DATA);
}

/* The same, one octet at a time. */
static inline void fake_drip(struct fake *f, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		fake_stream(f, (const uint8_t *)bytes + i, 1);
}

static inline void fake_text(struct fake *f, const char *text)
{
	fake_stream(f, text, strlen(text));
}

static inline void fake_datagram(struct fake *f, const void *bytes,
				 size_t length)
{
	struct buf kept = f->in;
	uint8_t *block = malloc(length == 0 ? 1 : length);

	memcpy(block, bytes, length);
	f->in.data = block;
	f->in.length = f->in.capacity = length;
	fake_event(f, EV_DATA);
	f->in = kept;
	free(block);
}

/* What the facts hold; "" and INT64_MIN where there is none. */
static inline const char *fake_fact(const struct fake *f, const char *name)
{
	const char *text = facts_text(&f->facts, name);

	return text != NULL ? text : "";
}

static inline int64_t fake_number(const struct fake *f, const char *name)
{
	const struct fact *fact = facts_find(&f->facts, name);

	return fact != NULL ? fact->number : INT64_MIN;
}

static inline size_t fake_count(const struct fake *f, const char *name)
{
	const struct fact *fact = facts_find(&f->facts, name);

	return fact != NULL ? fact->list_count : 0;
}

static inline bool fake_lists(const struct fake *f, const char *name,
			      const char *value)
{
	const struct fact *fact = facts_find(&f->facts, name);

	for (size_t i = 0; fact != NULL && i < fact->list_count; i++)
		if (strcmp(fact->list[i], value) == 0)
			return true;
	return false;
}

/* Every fact set must be in the check's table, with its type. */
static inline void fake_facts_declared(const struct fake *f)
{
	for (size_t i = 0; i < f->facts.count; i++) {
		const struct fact *fact = &f->facts.items[i];
		const struct fact_def *def = f->p.check->facts;

		while (def->name != NULL && strcmp(def->name, fact->name) != 0)
			def++;
		if (def->name == NULL)
			fail_msg("fact %s is not declared", fact->name);
		assert_int_equal(def->type, fact->type);
	}
}

static inline void fake_ended(struct fake *f, enum phase phase,
			      enum cause cause)
{
	assert_true(f->done);
	assert_int_equal(f->phase, phase);
	assert_int_equal(f->cause, cause);
	fake_facts_declared(f);
	fake_free(f);
}

static inline void fake_ok(struct fake *f)
{
	assert_int_equal(f->proof, PROOF_SERVICE);
	fake_ended(f, PHASE_REPLY, CAUSE_OK);
}

static inline void fake_waits(struct fake *f)
{
	assert_false(f->done);
	fake_facts_declared(f);
	fake_free(f);
}

/* Octets from hexadecimal digits; blanks are passed over. */
static inline size_t fake_hex(const char *hex, uint8_t *out, size_t size)
{
	size_t length = 0;
	int high = -1;

	for (; *hex != '\0'; hex++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = strchr(digits, *hex);

		if (digit == NULL)
			continue;
		if (high == -1) {
			high = (int)(digit - digits);
			continue;
		}
		assert_true(length < size);
		out[length++] = (uint8_t)(high << 4 | (int)(digit - digits));
		high = -1;
	}
	return length;
}

#endif
