/*
 * ask.c - asks a ruleset about packets, for tests/ruleset/check.
 *
 * usage: ask FILE [SAVE] < QUESTIONS: FILE of nft, SAVE of iptables-save
 * (NAME.save6, NAME.legacy: of ip6tables, of the kernel's older part); each
 * line is "in|out tcp|udp SOURCE SPORT TARGET PORT INTERFACE", each answer
 * "accept|drop|reject|untested PORT WHERE REASON", separated by tabs.
 */
#include "core/proto/ruleset.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_text(const char *path, size_t *length)
{
	FILE *f = fopen(path, "r");
	char *text = mem_calloc(RULESET_BYTES_MAX, 1);

	if (f == NULL)
		exit(2);
	*length = fread(text, 1, RULESET_BYTES_MAX, f);
	fclose(f);
	return text;
}

static struct ruleset *read_files(int count, char **paths)
{
	struct error err = {.text = ""};
	size_t length;
	char *text = read_text(paths[0], &length);
	struct ruleset *r = ruleset_read(text, length, &err);

	free(text);
	for (int i = 1; i < count && r != NULL; i++) {
		text = read_text(paths[i], &length);
		if (ruleset_add_save(
			r, text, length, strchr(paths[i], '6') != NULL,
			strstr(paths[i], ".legacy") != NULL, &err) == -1) {
			ruleset_free(r);
			r = NULL;
		}
		free(text);
	}
	if (r == NULL)
		fprintf(stderr, "%s\n", err.text);
	return r;
}

/* The next word of the line; "" behind the last one. */
static const char *word(char **rest)
{
	char *text = text_split(rest, " \n");

	return text == NULL ? "" : text;
}

static uint16_t number(const char *text)
{
	int64_t n = 0;

	if (!text_number(text, 0, UINT16_MAX, &n))
		exit(2);
	return (uint16_t)n;
}

int main(int argc, char **argv)
{
	static const char *const words[] = {"untested", "accept", "drop",
					    "reject"};
	struct ruleset *r = argc > 1 ? read_files(argc - 1, argv + 1) : NULL;
	char line[512];

	if (r == NULL)
		return 2;
	while (fgets(line, sizeof line, stdin) != NULL) {
		struct ruleset_packet p = {.source_prefix = 128};
		struct ruleset_answer a;
		char *rest = line;

		p.outgoing = strcmp(word(&rest), "out") == 0;
		p.tcp = strcmp(word(&rest), "tcp") == 0;
		if (!addr_parse(&p.source, word(&rest)))
			return 2;
		p.source_port = number(word(&rest));
		if (!addr_parse(&p.target, word(&rest)))
			return 2;
		p.target_port = number(word(&rest));
		p.interface = word(&rest);
		ruleset_ask(r, &p, &a);
		printf("%s\t%u\t%s\t%s\n", words[a.says], (unsigned)a.port,
		       a.where, a.reason);
	}
	ruleset_free(r);
	return 0;
}
