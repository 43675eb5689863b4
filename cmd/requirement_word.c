/* requirement_word.c - what a word may mean in the profiles that there are. */
#include "cmd/requirement_word.h"

#include <string.h>

void requirement_profiles_each(void (*use)(void *arg, const struct profile *p),
			       void *arg)
{
	struct arena scratch = {0};
	const char *const *list = profile_names(&scratch);

	for (size_t i = 0; list[i] != NULL; i++) {
		struct errors errors = {0};
		struct error err;
		struct profile *p;
		char path[4096];

		if (profile_find(list[i], path, sizeof path, &err) == -1)
			continue;
		p = profile_load(path, &errors);
		if (p != NULL)
			use(arg, p);
		profile_free(p);
		errors_free(&errors);
	}
	arena_free(&scratch);
}

bool requirement_word_is(const struct requirement *q, const char *word)
{
	const char *slash = strchr(word, '/');

	if (slash != NULL) {
		size_t length = (size_t)(slash - word);

		if (strlen(q->profile->name) != length ||
		    strncmp(q->profile->name, word, length) != 0)
			return false;
		word = slash + 1;
	}
	if (strcmp(q->id, word) == 0)
		return true;
	for (size_t i = 0; q->covers != NULL && q->covers[i] != NULL; i++) {
		if (strcmp(q->covers[i], word) == 0)
			return true;
	}
	return false;
}
