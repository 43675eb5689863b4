/* cache.c - what a kept report is called, and whether it counts. */
#include "cmd/cache.h"

#include "cmd/cmd.h"
#include "cmd/output.h"
#include "core/base/buf.h"
#include "core/base/sha256.h"
#include "core/os/clock.h"
#include "core/os/files.h"
#include "core/os/private.h"
#include "profiles/plan/plan.h"

#include <string.h>

enum { CACHE_KEY_MAX = 64 << 20, CACHE_NAME = 16 };

/* All that makes this run another one than its neighbour. */
static void cache_key(struct options *o, const struct plan *plan,
		      struct buf *key)
{
	const char *const *words = output_command(o);

	buf_printf(key, "%s\n", command_version);
	for (; *words != NULL; words++)
		buf_printf(key, "%s\n", *words);
	for (size_t i = 0; i < plan->profile_count; i++)
		buf_printf(key, "%s %s\n", plan->profiles[i].profile->name,
			   plan->profiles[i].profile->sha256);
	for (size_t i = 0; i < plan->requirement_count; i++)
		buf_printf(key, "%s\n", plan->requirements[i].id);
	for (size_t i = 0; i < plan->spec_count; i++)
		buf_printf(key, "%s\n", plan->specs[i].id);
}

/* "DIR/auvik-collector-0123456789abcdef.json"; arena. */
static const char *cache_path(struct options *o, const struct plan *plan)
{
	const char *folder = options_text(o, OPT_CACHE);
	char sum[SHA256_TEXT];
	struct buf key;

	buf_init(&key, CACHE_KEY_MAX);
	cache_key(o, plan, &key);
	sha256_hex(buf_text(&key), key.length, sum);
	buf_free(&key);
	return arena_printf(&o->arena, "%s/%s-%.*s.json", folder,
			    plan->profiles[0].profile->name, CACHE_NAME, sum);
}

static bool cache_counts(const struct report *r, int64_t most_us)
{
	const struct report_run *run = &r->run;
	int64_t now = clock_system.wall_us(&clock_system);
	int64_t end = run->started_us;

	if (run->duration_us > 0)
		end += run->duration_us;
	/* The clock of a report has whole seconds. */
	return !run->interrupted && run->started_us <= now &&
	       now - end <= most_us;
}

/* NULL: nothing that counts; a new run says why, if that matters. */
static struct report *cache_read(const char *path, int64_t most_us)
{
	struct error unused;
	struct report *r;
	char first;

	if (os_file_kind(path) != OS_FILE_REGULAR ||
	    os_private_read(path, path, &first, sizeof first, &unused) != 1)
		return NULL;
	r = saved_load(path, &unused);
	if (r != NULL && !cache_counts(r, most_us)) {
		report_free(r);
		return NULL;
	}
	return r;
}

static int cache_check(const char *path, const char *folder, struct error *err)
{
	enum os_file_kind kind = os_file_kind(path);
	struct os_failure failure;
	char shown[256];

	if (kind != OS_FILE_NONE && kind != OS_FILE_REGULAR)
		return error_set(err, "--cache: %s is not a regular file",
				 path);
	if (os_file_may_be_made(path, shown, sizeof shown, &failure))
		return 0;
	error_set(err, "--cache: cannot write into %s: %s", folder,
		  os_failure_text(failure));
	error_suggest(err, "give a folder of this user: mkdir -m 700 %s",
		      folder);
	return -1;
}

int cache_use(struct options *o, const struct plan *plan, struct report **kept,
	      struct error *err)
{
	const char *folder = options_text(o, OPT_CACHE), *path;
	int64_t most_us = 0;

	*kept = NULL;
	if (options_text(o, OPT_MAX_AGE) != NULL &&
	    options_duration(o, OPT_MAX_AGE, &most_us, err) == -1)
		return -1;
	if (options_text(o, OPT_MAX_AGE) != NULL && folder == NULL) {
		error_set(err, "--max-age needs --cache");
		error_suggest(err, "write --cache /var/cache/preflight "
				   "--max-age 1h");
		return -1;
	}
	if (folder == NULL)
		return 0;
	path = cache_path(o, plan);
	if (most_us > 0)
		*kept = cache_read(path, most_us);
	if (*kept != NULL)
		return 0;
	if (cache_check(path, folder, err) == -1)
		return -1;
	options_add(o, OPT_OUTPUT, arena_printf(&o->arena, "json=%s", path));
	return 0;
}
