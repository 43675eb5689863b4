/* repeat.c - what of a report's command a person must give. */
#include "report/repeat.h"

#include <string.h>

/* They name files and secrets, or say which column of a file is what. */
static const char *const repeat_given[] = {"--inventory", "--map", "--type",
					   "--ca-file", "--proxy-auth"};

bool repeat_is_secret(const char *setting)
{
	const char *equals = strchr(setting, '=');

	return equals != NULL && (strncmp(equals + 1, "env:", 4) == 0 ||
				  strncmp(equals + 1, "file:", 5) == 0);
}

bool repeat_is_path(const char *profile)
{
	size_t length = strlen(profile);

	return strchr(profile, '/') != NULL ||
	       (length > 5 && strcmp(profile + length - 5, ".yaml") == 0);
}

static bool repeat_has(const char *const *words, const char *option)
{
	while (*words != NULL && strcmp(*words, option) != 0)
		words++;
	return *words != NULL;
}

bool repeat_must_be_given(const char *const *words, size_t i, bool logs_in)
{
	const char *option = words[i], *value = words[i + 1];

	for (size_t k = 0; k < sizeof repeat_given / sizeof repeat_given[0];
	     k++)
		if (strcmp(option, repeat_given[k]) == 0)
			return true;
	if (strcmp(option, "--set") == 0)
		return value != NULL && repeat_is_secret(value);
	/* No password goes to a proxy that a report names. */
	return strcmp(option, "--proxy") == 0 &&
	       (logs_in || repeat_has(words, "--proxy-auth"));
}

void repeat_words(struct buf *out, const char *const *words)
{
	bool runs = words[0] != NULL && strcmp(words[0], "run") == 0;
	bool in_options = false;

	for (size_t i = 1; words[0] != NULL && words[i] != NULL; i++) {
		in_options = in_options || strncmp(words[i], "--", 2) == 0;
		if (in_options && repeat_must_be_given(words, i, false) &&
		    words[i + 1] != NULL) {
			buf_printf(out, " %s ", words[i]);
			buf_shell_word(out, words[++i]);
		} else if (!in_options && runs && repeat_is_path(words[i])) {
			buf_putc(out, ' ');
			buf_shell_word(out, words[i]);
		}
	}
}
