/* welcome.c - what a person sees who types preflight alone. */
#include "cmd/cmd.h"
#include "cmd/list.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* In the example: the profile that most will have come for, where it is there.
 */
static const char welcome_example[] = "auvik-collector";

static const char *welcome_name(struct profile *const *loaded)
{
	for (size_t i = 0; loaded[i] != NULL; i++)
		if (strcmp(loaded[i]->name, welcome_example) == 0)
			return welcome_example;
	return loaded[0] != NULL ? loaded[0]->name : welcome_example;
}

static void welcome_next(const char *name)
{
	printf("\nNext, with the profile of your product:\n"
	       "  preflight init %s > site.yaml\n"
	       "  preflight run %s --inventory site.yaml -o report.json\n"
	       "\nWithout a profile, one test of one host:\n"
	       "  preflight check ssh 10.0.0.5\n"
	       "\nAll commands:\n"
	       "  preflight --help\n",
	       name, name);
}

int welcome_run(void)
{
	static const char *const all[] = {NULL};
	struct errors errors = {0};
	struct profile **loaded = list_load(all, &errors);

	printf("preflight tests whether the network paths that a product "
	       "needs are open,\nand shows why a path is not, what blocks it "
	       "and what to change.\n\nProfiles:\n");
	for (size_t i = 0; loaded[i] != NULL; i++)
		printf("  %-18s %s, %zu requirement%s\n", loaded[i]->name,
		       loaded[i]->title, loaded[i]->requirement_count,
		       text_plural(loaded[i]->requirement_count));
	if (errors.count > 0)
		printf("  and some with mistakes: preflight list profiles\n");
	welcome_next(welcome_name(loaded));
	list_free(loaded);
	errors_free(&errors);
	return command_finish(NULL, 0);
}
