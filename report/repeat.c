/* repeat.c - what of a report's command a person must give. */
#include "report/repeat.h"

#include <string.h>

/* They name files and secrets, or say which column of a file is what. */
static const char *const repeat_given[] = {"--inventory", "--map", "--type",
					   "--ca-file", "--proxy-auth"};

/* Nothing of them makes this program read a file or a secret, or write
 * anything, as far as repeat_given[] is given. */
static const char *const repeat_taken[] = {
    "--set",        "--inventory",    "--target",   "--site",  "--map",
    "--type",       "--role",         "--scenario", "--proxy", "--proxy-auth",
    "--ca-file",    "--timeout",      "--deadline", "--rate",  "--fast",
    "--max-probes", "--source",       "--ipv4",     "--ipv6",  "--no-trace",
    "--tolerate",   "--on-behalf-of", "--tag"};

bool repeat_is_taken(const char *option)
{
	for (size_t i = 0; i < sizeof repeat_taken / sizeof *repeat_taken; i++)
		if (strcmp(option, repeat_taken[i]) == 0)
			return true;
	return false;
}

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

void repeat_profiles(struct buf *out, const char *const *words)
{
	size_t count = 1;
	bool path = false;

	if (words[0] == NULL || strcmp(words[0], "run") != 0)
		return;
	for (; words[count] != NULL && strncmp(words[count], "--", 2) != 0;
	     count++)
		path |= repeat_is_path(words[count]);
	for (size_t i = 1; path && i < count; i++) {
		buf_putc(out, ' ');
		buf_shell_word(out, words[i]);
	}
}

/* A secret, or where one goes: words[i] has words[i + 1] as its value. */
static bool repeat_leads_to_secret(const char *const *words, size_t i)
{
	return strcmp(words[i], "--proxy-auth") == 0 ||
	       (strcmp(words[i], "--proxy") == 0 &&
		repeat_must_be_given(words, i, false)) ||
	       (strcmp(words[i], "--set") == 0 && words[i + 1] != NULL &&
		repeat_is_secret(words[i + 1]));
}

bool repeat_may_be_shown(const char *const *words, size_t i)
{
	return repeat_is_taken(words[i]) && !repeat_leads_to_secret(words, i);
}

void repeat_words(struct buf *out, const char *const *words, bool secrets)
{
	bool runs = words[0] != NULL && strcmp(words[0], "run") == 0;
	bool in_options = false;

	for (size_t i = 1; words[0] != NULL && words[i] != NULL; i++) {
		in_options = in_options || strncmp(words[i], "--", 2) == 0;
		if (in_options && repeat_must_be_given(words, i, false) &&
		    (secrets || repeat_may_be_shown(words, i)) &&
		    words[i + 1] != NULL) {
			buf_printf(out, " %s ", words[i]);
			buf_shell_word(out, words[++i]);
		} else if (!in_options && runs && repeat_is_path(words[i])) {
			buf_putc(out, ' ');
			buf_shell_word(out, words[i]);
		}
	}
}
