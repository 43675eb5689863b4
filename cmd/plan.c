/* plan.c - preflight plan: shows what a run would send; sends nothing. */
#include "cmd/plan_text.h"
#include "core/engine/check.h"
#include "core/engine/evidence.h"
#include "cmd/cmd.h"
#include "core/base/json.h"
#include "cmd/list.h"
#include "cmd/request.h"
#include "cmd/wrapped.h"
#include "core/os/files.h"
#include "core/os/host.h"
#include "report/controls/controls_plan.h"
#include "report/formats/requirement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t plan_packets(const struct spec *s)
{
	return (uint64_t)spec_packets_max(s) * spec_addresses_max(s);
}

size_t plan_row_openings(const struct plan *p, const struct plan_requirement *r,
			 const struct expect_options *o)
{
	size_t count = 0;

	for (size_t k = r->first; k < r->first + r->count; k++)
		count += expect_openings(&p->specs[k], o);
	return count;
}

static struct plan_total plan_sum(const struct plan_job *job)
{
	const struct plan *p = job->plan;
	struct plan_total t = {0};

	for (size_t i = 0; i < p->spec_count; i++) {
		const struct spec *s = &p->specs[i];
		int64_t time = spec_time_max(s);

		t.shared += s->same_as != NULL;
		t.probes += s->untested == WHY_NONE && s->same_as == NULL;
		t.untested += s->untested != WHY_NONE;
		t.packets += plan_packets(s);
		t.longest_us = time > t.longest_us ? time : t.longest_us;
	}
	t.expected = expect_specs(p->specs, p->spec_count, &job->options);
	return t;
}

static void plan_spec_json(struct json_out *j, const struct spec *s)
{
	json_object(j);
	json_key_string(j, "id", s->id);
	json_key_string(j, "check", s->check->name);
	json_key_string(j, "host", s->host != NULL ? s->host : s->derive_from);
	json_key_string(j, "transport", transport_name(s->transport));
	json_key(j, "port");
	if (s->port == 0)
		json_null(j);
	else
		json_number(j, s->port);
	json_key_string(j, "device", s->device);
	json_key_string(j, "same_as",
			s->same_as != NULL ? s->same_as->id : NULL);
	json_key_bool(j, "via_proxy", s->via_proxy);
	json_key_string(j, "untested",
			s->untested == WHY_NONE ? NULL : why_name(s->untested));
	json_key_string(j, "reason", s->untested_reason);
	json_key_number(j, "packets", (int64_t)plan_packets(s));
	json_key(j, "time_ms");
	json_ms(j, spec_time_max(s));
	json_object_end(j);
}

static void plan_row_json(struct json_out *j, const struct plan_job *job,
			  const struct plan_requirement *r)
{
	const struct plan *p = job->plan;

	json_object(j);
	requirement_json(j, r->requirement, r->id, &r->ports);
	json_key_strings(j, "hosts", r->hosts);
	json_key_number(j, "openings",
			(int64_t)plan_row_openings(p, r, &job->options));
	json_key_bool(j, "inbound", r->inbound);
	json_key_bool(j, "not_needed", r->not_needed);
	json_key_string(j, "untested",
			r->untested == WHY_NONE ? NULL : why_name(r->untested));
	json_key_string(j, "reason", r->reason);
	json_key(j, "probes");
	json_array(j);
	for (size_t k = r->first; k < r->first + r->count; k++)
		plan_spec_json(j, &p->specs[k]);
	json_array_end(j);
	json_object_end(j);
}

static void plan_profile_json(struct json_out *j, const struct plan_profile *p)
{
	json_object(j);
	json_key_string(j, "name", p->profile->name);
	json_key_string(j, "version", p->profile->version);
	json_key_string(j, "file", p->profile->file);
	json_key_string(j, "sha256", p->profile->sha256);
	json_key_string(j, "role", p->role);
	json_key_strings(j, "scenarios", p->scenarios);
	json_key(j, "variables");
	json_object(j);
	for (size_t i = 0; i < p->variable_count; i++)
		json_key_string(j, p->variable_names[i], p->variable_values[i]);
	json_object_end(j);
	json_object_end(j);
}

static void plan_json(const void *arg, FILE *out)
{
	const struct plan_job *job = arg;
	const struct plan *p = job->plan;
	struct plan_total t = plan_sum(job);
	struct json_out j;

	json_begin(&j, out);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.plan/1");
	json_key(&j, "profiles");
	json_array(&j);
	for (size_t i = 0; i < p->profile_count; i++)
		plan_profile_json(&j, &p->profiles[i]);
	json_array_end(&j);
	json_key(&j, "requirements");
	json_array(&j);
	for (size_t i = 0; i < p->requirement_count; i++)
		plan_row_json(&j, job, &p->requirements[i]);
	json_array_end(&j);
	json_key(&j, "total");
	json_object(&j);
	json_key_number(&j, "probes", (int64_t)t.probes);
	json_key_number(&j, "packets", (int64_t)t.packets);
	json_key_number(&j, "flow_connections", EVIDENCE_FLOWS_MAX);
	json_key_number(&j, "flow_packets", EVIDENCE_FLOWS_PACKETS);
	json_key_number(&j, "open_port_hosts", CONTROLS_OPEN_HOSTS);
	json_key_number(&j, "open_port_packets", CONTROLS_OPEN_PACKETS);
	json_key_number(&j, "wire_paths", CONTROLS_WIRE);
	json_key_number(&j, "wire_packets", EVIDENCE_WIRE_PACKETS);
	json_key_number(&j, "nearer_paths", CONTROLS_NEARER_PATHS);
	json_key_number(&j, "nearer_packets",
			CONTROLS_NEARER_PACKETS + CONTROLS_NEARER_MORE);
	json_key_number(&j, "openings", (int64_t)t.expected.openings);
	json_key_number(&j, "openings_most", (int64_t)t.expected.most);
	json_key(&j, "answered_ms");
	json_ms(&j, t.expected.answered_us);
	json_key(&j, "blocked_ms");
	json_ms(&j, t.expected.blocked_us);
	json_key(&j, "longest_ms");
	json_ms(&j, t.longest_us);
	json_object_end(&j);
	json_key_number(&j, "untyped_rows", (int64_t)p->untyped_rows);
	json_key_number(&j, "left_out_rows", (int64_t)p->left_out_rows);
	json_object_end(&j);
	json_end(&j);
}

/* As the engine would take them. */
static void plan_options(struct expect_options *out,
			 const struct engine_options *engine)
{
	*out =
	    (struct expect_options){.rate = engine->rate,
				    .rate_per_target = engine->rate_per_target,
				    .round_us = CONTROLS_ROUND_US,
				    .v4 = engine->family != FAMILY_V6 &&
					  host_has_family(ADDR_V4) != KNOWN_NO,
				    .v6 = engine->family != FAMILY_V4 &&
					  host_has_family(ADDR_V6) != KNOWN_NO};
}

static void plan_write(const void *arg, FILE *out)
{
	const struct plan_job *job = arg;
	struct plan_total t = plan_sum(job);

	if (job->detail)
		plan_probes_text(out, job->plan);
	else
		plan_rows_text(out, job->plan, &job->options);
	plan_total_text(out, job->plan, &t, &job->options, job->detail);
}

static void plan_print(const struct plan_job *job)
{
	char *text = os_file_text(plan_write, job);

	wrapped_print(text);
	free(text);
}

int plan_run(struct options *o)
{
	struct engine_options engine = {0};
	struct errors errors = {0};
	struct plan_job job;
	struct request r;
	struct error err;
	int status;

	if (command_check_format(o, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	if (request_build(&r, o, &errors) == -1) {
		status = command_fail(o, &errors, EXIT_USAGE);
		goto out;
	}
	if (request_engine(o, &engine, &err) == -1) {
		status = command_fail_one(o, &err, EXIT_USAGE);
		goto out;
	}
	job.plan = r.plan;
	job.detail = options_flag(o, OPT_VERBOSE);
	plan_options(&job.options, &engine);
	if (command_is_json(o))
		command_print(plan_json, &job);
	else
		plan_print(&job);
	status = command_finish(o, 0);
out:
	request_free(&r);
	errors_free(&errors);
	return status;
}
