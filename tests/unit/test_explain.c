/*
 * test_explain.c - each word that a report may print has a meaning, and each
 * finding is explained in its run.
 */
#include "tests/unit/story.h"

#include "core/base/buf.h"
#include "report/compare/compare.h"
#include "report/compare/merge.h"
#include "report/fields.h"
#include "report/formats/explain.h"
#include "report/formats/explain_report.h"
#include "report/formats/vocabulary.h"

static bool is_known(const char *word)
{
	struct vocabulary_entry e;

	for (size_t i = 0; vocabulary_at(i, &e); i++)
		if (strcmp(e.word, word) == 0)
			return true;
	return false;
}

static unsigned walked;

/* Every field with words of a table and of the tables in it. */
static void walk(const struct field_table *table)
{
	for (; table != NULL; table = table->more) {
		for (const struct field *f = table->fields; f->name != NULL;
		     f++) {
			if (f->of != NULL)
				walk(f->of);
			for (int v = f->words != NULL ? f->words->first : 1;
			     f->words != NULL && v < f->words->end; v++) {
				const char *word = f->words->word(v);

				walked++;
				if (word != NULL && !is_known(word))
					fail_msg("%s: '%s' has no meaning",
						 f->name, word);
			}
		}
	}
}

static void each_word_of_a_report(void **state)
{
	(void)state;
	walk(&fields_report);
	walk(&fields_comparison);
	walk(&fields_merge);
	assert_true(walked > 90);
	assert_true(is_known("inferred"));
	assert_false(is_known("no-such-word"));
}

/* Sentences, and no word twice in a kind. */
static void sound(void **state)
{
	struct vocabulary_entry e, other;

	(void)state;
	for (size_t i = 0; vocabulary_at(i, &e); i++) {
		if (e.meaning == NULL || e.word == NULL)
			fail_msg("%s %zu has no meaning", e.kind, i);
		assert_int_equal(e.meaning[strlen(e.meaning) - 1], '.');
		assert_true(e.meaning[0] >= 'A' && e.meaning[0] <= 'Z');
		assert_ptr_equal(vocabulary_meaning(e.kind, e.word), e.meaning);
		for (size_t k = 0; k < i && vocabulary_at(k, &other); k++)
			assert_false(strcmp(other.kind, e.kind) == 0 &&
				     strcmp(other.word, e.word) == 0);
	}
	assert_null(vocabulary_meaning("verdict", "confirmed"));
}

static char *found(size_t finding)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	explain_found_text(out, 0, site.report, finding);
	fclose(out);
	return text;
}

static void tell_drops(void)
{
	site_need(&site, "lan.ssh", "ssh", "AUV-21");
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 22);
	site_result(&site, "10.2.1.10", PHASE_CONNECT, CAUSE_TIMEOUT);
	walk_of((const char *const[]){"1 10.0.0.1", NULL});
	site_report(&site);
}

/* What was seen, how it was decided, what else looks like it, what would
 * confirm it; and the evidence by its name. */
static void a_finding_of_a_run(void **state)
{
	static const char *const labels[] = {
	    "\nOwner ",       "\nConfidence ", "\nSeen ",
	    "\nEvidence ",    "\nExplains ",   "\nDecided ",
	    "\nLooks alike ", "\nDo ",         "\nConfirm "};
	char *text;

	(void)state;
	tell_drops();
	assert_true(site.report->finding_count > 0);
	text = found(0);
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
		if (strstr(text, labels[i]) == NULL)
			fail_msg("no %s in:\n%s", labels[i] + 1, text);
	assert_non_null(strstr(text, site.report->findings[0].code));
	assert_non_null(strstr(text, "e1 hop-walk"));
	assert_non_null(strstr(text, "last-hop-address 10.0.0.1"));
	assert_non_null(strstr(text, "CONNECT-TIMEOUT"));
	assert_null(strchr(text, '{'));
	free(text);
}

/* A report of a later version may have a finding that is not known here, and
 * of nothing that it holds more than is. */
static void an_unknown_finding(void **state)
{
	struct finding strange;
	const struct finding *own;
	char *text;

	(void)state;
	tell_drops();
	own = site.report->findings;
	strange = own[0];
	strange.code = "of-tomorrow";
	strange.title = "a\033[31mb";
	site.report->findings = &strange;
	text = found(0);
	site.report->findings = own;
	assert_non_null(strstr(text, "no finding of this name"));
	assert_non_null(strstr(text, "a\\x1b[31mb"));
	assert_null(strchr(text, '\033'));
	free(text);
}

/* What was concluded is told beside what was seen. */
static void inferred(void **state)
{
	struct finding changed;
	const struct finding *own;
	char *text;

	(void)state;
	tell_drops();
	own = site.report->findings;
	changed = own[0];
	changed.inferred = true;
	site.report->findings = &changed;
	text = found(0);
	site.report->findings = own;
	assert_non_null(strstr(text, "inferred: Part of the finding"));
	free(text);
}

static void a_requirement_of_a_run(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	tell_drops();
	explain_judged_text(out, 0, site.report, 0);
	fclose(out);
	assert_non_null(strstr(text, "Verdict           fail: It was tried"));
	assert_non_null(strstr(text, "\nCause             1 "));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_word_of_a_report),
	    cmocka_unit_test(sound),
	    story(a_finding_of_a_run),
	    story(an_unknown_finding),
	    story(inferred),
	    story(a_requirement_of_a_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
