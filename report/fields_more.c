/* fields_more.c - the fields of a comparison, of a merge and of errors. */
#include "report/compare/compare.h"
#include "report/compare/merge.h"
#include "report/fields_macros.h"

static const char *fields_word_site(int value)
{
	return value > RUN_NOT_READY
		   ? "missing"
		   : run_verdict_name((enum run_verdict)value);
}
static const struct field_words words_site = {fields_word_site, RUN_READY,
					      MERGED_MISSING + 1};
WORDS(run_verdict, run_verdict, run_verdict_name, RUN_READY, RUN_NOT_READY + 1);
WORDS(verdict, verdict, verdict_name, VERDICT_PASS, VERDICT_COUNT);
WORDS(why, why, why_name, WHY_NONE + 1, WHY_COUNT);
WORDS(owner, owner, owner_name, OWNER_THIS_HOST, OWNER_VENDOR + 1);
WORDS(change, compare_change, compare_change_name, CHANGE_NEW, CHANGE_COUNT);

/* Comparison -------------------------------------------------------------- */

static const struct field compared_fields[] = {
    {TEXT("id", "random id of that run; null where it is not known"),
     MEMBER(compared, id), .nullable = true},
    {TEXT("started", "when that run began, RFC 3339 time in UTC"),
     MEMBER(compared, started)},
    {TEXT("host", "host that ran the tests; null where it is not known"),
     MEMBER(compared, host), .nullable = true},
    {TEXT("source", "address that the tests used or stood in for; null where "
		    "it is not known"),
     MEMBER(compared, source), .nullable = true},
    {WORD("verdict", run_verdict, "whether the site was ready in that run"),
     MEMBER(compared, verdict)},
    {TEXT("headline", "that verdict in one line, for people"),
     MEMBER(compared, headline)},
    {TEXTS("profiles", "name and version of each profile tested"),
     MEMBER(compared, profiles)},
    END};
TABLE(compared, compared, "One of the two reports.");

static const struct field difference_fields[] = {
    {TEXT("what", "the property that differs, such as blocker"),
     MEMBER(difference, what), .pattern = "."},
    {TEXT("was", "its value in the old report; null where it had none"),
     MEMBER(difference, was), .nullable = true},
    {TEXT("is", "its value in the new report; null where it has none"),
     MEMBER(difference, is), .nullable = true},
    {TEXTS("targets", "targets where that is so; none: the whole requirement "
		      "or finding"),
     MEMBERS(difference, targets, target_count)},
    END};
TABLE(difference, difference, "What the evidence shows differently.");

static const struct field target_change_fields[] = {
    {TEXT("name", "name of the device or host that was tested"),
     MEMBER(target_change, name)},
    {WORD("change", change, "what became of it since the old report"),
     MEMBER(target_change, change)},
    {WORD("was", verdict, "its old verdict; null where it was not tested"),
     MEMBER(target_change, was), .nullable = true},
    {WORD("is", verdict, "its new verdict; null where it is not tested"),
     MEMBER(target_change, is), .nullable = true},
    END};
TABLE(target_change, target_change, "A target whose verdict changed.");

static const struct field requirement_change_fields[] = {
    {TEXT("id", "id of the requirement in the report that has it"),
     MEMBER(requirement_change, id), .pattern = "."},
    {TEXT("title", "what is required, in a few words; null where it has none"),
     MEMBER(requirement_change, title), .nullable = true},
    {WORD("change", change, "what became of it since the old report"),
     MEMBER(requirement_change, change)},
    {WORD("was", verdict, "its old verdict; null where it was not there"),
     MEMBER(requirement_change, was), .nullable = true},
    {WORD("is", verdict, "its new verdict; null where it is not there"),
     MEMBER(requirement_change, is), .nullable = true},
    {WORD("why", why, "why it cannot be tested now; null where it was tested"),
     MEMBER(requirement_change, why), .nullable = true},
    {TEXT("reason", "one line for people about the new verdict, else about "
		    "the old one; null where there is none"),
     MEMBER(requirement_change, reason), .nullable = true},
    {TEXT("finding", "id of the finding of the new report that explains it; "
		     "null where none does"),
     MEMBER(requirement_change, finding), .nullable = true},
    {LIST("targets", target_change, "those targets whose verdict has changed"),
     MEMBERS(requirement_change, targets, target_count)},
    {LIST("differences", difference,
	  "what the evidence shows differently, by targets"),
     MEMBERS(requirement_change, differences, difference_count)},
    END};
TABLE(requirement_change, requirement_change,
      "A requirement that is not the same.");

static const struct field finding_change_fields[] = {
    {TEXT("code", "what kind of cause it is, for preflight explain"),
     MEMBER(finding_change, code)},
    {WORD("change", change, "whether the cause is new, still there or gone"),
     MEMBER(finding_change, change)},
    {WORD("owner", owner, "who has to act to remove the cause"),
     MEMBER(finding_change, owner)},
    {TEXT("title", "the cause in one line, for people"),
     MEMBER(finding_change, title)},
    {TEXT("was", "its id in the old report; null where it was not there"),
     MEMBER(finding_change, was), .nullable = true},
    {TEXT("is", "its id in the new report; null where it is not there"),
     MEMBER(finding_change, is), .nullable = true},
    {LIST("differences", difference, "what the evidence shows differently now"),
     MEMBERS(finding_change, differences, difference_count)},
    END};
TABLE(finding_change, finding_change, "A cause, then and now.");

#define CHANGED(value, key, about) COUNT(key, comparison, summary[value], about)
static const struct field change_counts_fields[] = {
    CHANGED(CHANGE_NEW, "new", "requirements that did not fail and do now"),
    CHANGED(CHANGE_FIXED, "fixed", "requirements that failed and work now"),
    CHANGED(CHANGE_STILL, "still", "requirements that failed and fail still"),
    CHANGED(CHANGE_WORSE, "worse",
	    "requirements that worked and now give a warning or could not be "
	    "tested"),
    CHANGED(CHANGE_BETTER, "better",
	    "requirements that had a warning and work, or failed and are not "
	    "needed"),
    CHANGED(CHANGE_OTHER, "changed",
	    "requirements that differ, neither better nor worse"),
    CHANGED(CHANGE_ADDED, "added", "requirements only in the new report"),
    CHANGED(CHANGE_GONE, "gone", "requirements only in the old report"),
    CHANGED(CHANGE_SAME, "same", "requirements that are as they were"),
    COUNT("new-targets", comparison, new_targets,
	  "targets that newly fail, of requirements that failed before"),
    END};
TABLE(change_counts, comparison,
      "Requirements by what became of them since the old report.");

static const struct field changes_fields[] = {
    {OBJECT("old", compared, "the older of the two reports"),
     MEMBER(comparison, old)},
    {OBJECT("new", compared, "the newer of the two reports"),
     MEMBER(comparison, new)},
    {TEXTS("notes",
	   "what differs between the two runs: profile, scenario, host, "
	   "devices"),
     MEMBERS(comparison, notes, note_count)},
    {OBJECT("summary", change_counts,
	    "numbers of requirements by what became of them"),
     WHOLE},
    {LIST("requirements", requirement_change,
	  "requirements that are not the same, in order"),
     MEMBERS(comparison, requirements, requirement_count)},
    {LIST("findings", finding_change,
	  "causes that are new, still there or gone"),
     MEMBERS(comparison, findings, finding_count)},
    END};
const struct field_table fields_changes = {
    .help = "What changed since the baseline.",
    .size = sizeof(struct comparison),
    .absent = FIELD_ALONE,
    .fields = changes_fields};

static const struct field compare_tool_fields[] = {
    {FIELD(FIELD_CONST, "name", "the program that wrote this document"), WHOLE,
     .pattern = "preflight"},
    {TEXT("version", "version of preflight that wrote this document"),
     MEMBER(comparison, version)},
    END};
TABLE(compare_tool, comparison, "The program that wrote the document.");

static const struct field comparison_fields[] = {
    {FIELD(FIELD_CONST, "schema", "name and version of this schema"), WHOLE,
     .pattern = "preflight.comparison/1"},
    {OBJECT("tool", compare_tool, "the program that wrote this document"),
     WHOLE},
    END};
const struct field_table fields_comparison = {
    .help = "Two reports of preflight, the second against the first. Fields "
	    "may be added; none changes its meaning.",
    .size = sizeof(struct comparison),
    .absent = FIELD_ALONE,
    .fields = comparison_fields,
    .more = &fields_changes};

/* Merge ------------------------------------------------------------------- */

static const struct field merge_tool_fields[] = {
    {FIELD(FIELD_CONST, "name", "the program that wrote this document"), WHOLE,
     .pattern = "preflight"},
    {TEXT("version", "version of preflight that wrote this document"),
     MEMBER(merged, version)},
    END};
TABLE(merge_tool, merged, "The program that wrote the document.");

static const struct field sites_fields[] = {
    COUNT("ready", merged, verdicts[RUN_READY],
	  "number of sites that are ready"),
    COUNT("ready-with-warnings", merged, verdicts[RUN_READY_WITH_WARNINGS],
	  "number of sites ready but with warnings"),
    COUNT("undecided", merged, verdicts[RUN_UNDECIDED],
	  "number of sites that could not be decided"),
    COUNT("not-ready", merged, verdicts[RUN_NOT_READY],
	  "number of sites that are not ready"),
    COUNT("missing", merged, verdicts[MERGED_MISSING],
	  "number of sites whose report could not be read"),
    END};
TABLE(sites, merged, "How many sites have each verdict.");

static const struct field site_fields[] = {
    {TEXT("file", "path of the report as it was given"),
     MEMBER(merged_site, file)},
    {TEXT("host",
	  "host that ran the tests, or its file where that is not known; null "
	  "where the report is missing"),
     MEMBER(merged_site, host), .nullable = true},
    {TEXT("source", "address that the tests used or stood in for; null where "
		    "it is not known"),
     MEMBER(merged_site, source), .nullable = true},
    {TEXT("started", "when that run began, RFC 3339 time in UTC; null where "
		     "the report is missing"),
     MEMBER(merged_site, started), .nullable = true},
    {WORD("verdict", site,
	  "whether the site is ready; missing where its "
	  "report could not be read"),
     MEMBER(merged_site, verdict)},
    {TEXT("headline", "that verdict in one line; null where the report is "
		      "missing"),
     MEMBER(merged_site, headline), .nullable = true},
    {TEXT("error", "why the report is missing; null where it is there"),
     MEMBER(merged_site, error), .nullable = true},
    END};
TABLE(site, merged_site, "One site, by its report.");

static const struct field row_fields[] = {
    {TEXT("profile", "name of the profile it is of; null for a single check"),
     MEMBER(merge_row, profile), .nullable = true},
    {TEXT("id", "id of the requirement, without its profile"),
     MEMBER(merge_row, id), .pattern = "."},
    {TEXT("title", "what is required, in a few words; null where it has none"),
     MEMBER(merge_row, title), .nullable = true},
    {FIELD(FIELD_WORDS, "verdicts",
	   "its verdict for each site, in their order; null where it is not in "
	   "that report"),
     MEMBERS(merge_row, verdicts, site_count), .words = &words_verdict,
     .nullable = true},
    END};
TABLE(row, merge_row, "One requirement over all sites.");

static const struct field cause_fields[] = {
    {TEXT("code", "what kind of cause it is, for preflight explain"),
     MEMBER(merge_cause, code)},
    {WORD("owner", owner, "who has to act to remove the cause"),
     MEMBER(merge_cause, owner)},
    {TEXT("blocker", "address or name of what blocks; null where it is not "
		     "known"),
     MEMBER(merge_cause, blocker), .nullable = true},
    {TEXT("title", "the cause in one line, of the first site"),
     MEMBER(merge_cause, title)},
    {FIELD(FIELD_NUMBERS, "sites",
	   "places in the list of sites, counted from 0"),
     MEMBERS(merge_cause, sites, site_count), .filled = true},
    END};
TABLE(cause, merge_cause, "One cause, the same code, owner and blocker.");

static const struct field merge_fields[] = {
    {FIELD(FIELD_CONST, "schema", "name and version of this schema"), WHOLE,
     .pattern = "preflight.merge/1"},
    {OBJECT("tool", merge_tool, "the program that wrote this document"), WHOLE},
    {OBJECT("summary", sites, "number of sites by their verdicts"), WHOLE},
    {LIST("sites", site, "the sites, in the order given"),
     MEMBERS(merged, sites, site_count), .filled = true},
    {LIST("requirements", row, "requirements of all reports, in their order"),
     MEMBERS(merged, rows, row_count)},
    {LIST("findings", cause, "causes of all reports, most widespread first"),
     MEMBERS(merged, causes, cause_count)},
    {TEXTS("notes", "what was left out and why: a report given twice"),
     MEMBER(merged, notes)},
    END};
const struct field_table fields_merge = {
    .help = "The reports of many sites side by side. Fields may be added; none "
	    "changes its meaning.",
    .size = sizeof(struct merged),
    .absent = FIELD_ALONE,
    .fields = merge_fields};

/* Errors ------------------------------------------------------------------ */

#define CHARS(key, about) FIELD(FIELD_CHARS, key, about)
static const struct field error_fields[] = {
    {CHARS("message", "what is wrong, in one line"), MEMBER(error, text),
     .pattern = "."},
    {CHARS("file", "file that the error is in; null where there is none"),
     MEMBER(error, file), .nullable = true, .since = SINCE_MAYBE},
    {NUMBER("line", "line of that file, from 1; null where it is not known"),
     MEMBER(error, line), .nullable = true, .low = 1, .high = INT32_MAX,
     .since = SINCE_MAYBE},
    {NUMBER("column", "column of that line, from 1; null where it is not "
		      "known"),
     MEMBER(error, column), .nullable = true, .low = 1, .high = INT32_MAX,
     .since = SINCE_MAYBE},
    {CHARS("suggestion",
	   "what to write instead; null where there is no advice"),
     MEMBER(error, suggestion), .nullable = true, .since = SINCE_MAYBE},
    END};
TABLE(error, error, "One error, and where it is.");

static const struct field errors_fields[] = {
    {FIELD(FIELD_CONST, "schema", "name and version of this schema"), WHOLE,
     .pattern = "preflight.error/1"},
    {NUMBER("exit", "exit status of the command, from 1"),
     MEMBER(error_document, exit), .low = 1, .high = 255},
    {LIST("errors", error, "the errors, at least one of them"),
     MEMBERS(error_document, errors, count), .filled = true},
    END};
const struct field_table fields_error = {
    .help = "What preflight prints instead of a result with --format json when "
	    "a command could not be carried out.",
    .size = sizeof(struct error_document),
    .absent = FIELD_ALONE,
    .fields = errors_fields};
