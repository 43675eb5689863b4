/* login_ledger.c - which credentials a device has rejected in this run. */
#include "core/engine/login_ledger.h"

#include "core/base/mem.h"
#include "core/base/spec.h"

#include <stdlib.h>
#include <string.h>

enum { LOGINS_BUCKETS = 1024 };

struct login_refusal {
	char *credential, *how;
};

struct login_device {
	struct login_device *next;
	size_t index; /* into plan->devices; SIZE_MAX: by host */
	char *host;
	const void *holder;
	struct login_refusal *refusals;
	size_t count, capacity;
};

struct login_ledger {
	struct login_device *buckets[LOGINS_BUCKETS];
};

struct login_ledger *login_ledger_new(void)
{
	return mem_calloc(1, sizeof(struct login_ledger));
}

static void login_device_free(struct login_device *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->refusals[i].credential);
		free(d->refusals[i].how);
	}
	free(d->refusals);
	free(d->host);
	free(d);
}

void login_ledger_free(struct login_ledger *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < LOGINS_BUCKETS; i++)
		while (l->buckets[i] != NULL) {
			struct login_device *next = l->buckets[i]->next;

			login_device_free(l->buckets[i]);
			l->buckets[i] = next;
		}
	free(l);
}

static size_t login_ledger_bucket(size_t index, const char *host)
{
	uint32_t h = 2166136261U; /* FNV-1a */

	if (index != SIZE_MAX)
		return index % LOGINS_BUCKETS;
	for (; *host != '\0'; host++)
		h = (h ^ (uint8_t)*host) * 16777619U;
	return h % LOGINS_BUCKETS;
}

struct login_device *login_ledger_device(struct login_ledger *l,
					 const struct spec *s)
{
	const char *host = s->host != NULL ? s->host : "";
	struct login_device **at =
	    &l->buckets[login_ledger_bucket(s->device_index, host)];

	for (struct login_device *d = *at; d != NULL; d = d->next) {
		if (d->index == s->device_index &&
		    (d->index != SIZE_MAX || strcmp(d->host, host) == 0))
			return d;
	}
	struct login_device *d = mem_calloc(1, sizeof *d);
	d->index = s->device_index;
	d->host = mem_strdup(host);
	d->next = *at;
	*at = d;
	return d;
}

const void *login_owner(const struct login_device *d)
{
	return d != NULL ? d->holder : NULL;
}

void login_hold(struct login_device *d, const void *holder)
{
	if (d != NULL)
		d->holder = holder;
}

const char *login_rejected(const struct login_device *d, const char *credential)
{
	for (size_t i = 0; d != NULL && i < d->count; i++)
		if (strcmp(d->refusals[i].credential, credential) == 0)
			return d->refusals[i].how;
	return NULL;
}

void login_reject(struct login_device *d, const char *credential,
		  const char *how)
{
	if (d == NULL || login_rejected(d, credential) != NULL)
		return;
	d->refusals = mem_grow(d->refusals, &d->capacity, d->count + 1,
			       sizeof *d->refusals);
	d->refusals[d->count].credential = mem_strdup(credential);
	d->refusals[d->count++].how = mem_strdup(how);
}
