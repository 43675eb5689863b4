/* plan.c - preflight plan: shows what a run would send; sends nothing. */
#include "profiles/plan/plan.h"
#include "core/base/text.h"
#include "core/engine/check.h"
#include "core/engine/evidence.h"
#include "cmd/cmd.h"
#include "core/base/json.h"
#include "cmd/list.h"
#include "cmd/request.h"
#include "report/controls/controls_plan.h"
#include "report/formats/requirement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sums over all specs. Time: pacing of the packets, or the longest probe. */
struct plan_total {
	size_t probes, shared, untested;
	uint64_t packets;
	int64_t longest_us;
};

static uint64_t plan_packets(const struct spec *s)
{
	return (uint64_t)spec_packets_max(s) * spec_addresses_max(s);
}

static struct plan_total plan_sum(const struct plan *p)
{
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
	return t;
}

/* What may follow the probes, and is more than one packet for each failure. */
static void plan_flows_text(void)
{
	printf("where an attempt gets no answer although its path works: %d "
	       "connections more to one such path of each family, at most %d "
	       "packets\n",
	       (int)EVIDENCE_FLOWS_MAX, (int)EVIDENCE_FLOWS_PACKETS);
}

/* An open port is a witness only where not every port is open. */
static void plan_open_ports_text(void)
{
	printf("where an open connection is all that a test sees: a port that "
	       "no service has, on at most %d hosts of each family, at most "
	       "%d packets each\n",
	       (int)CONTROLS_OPEN_HOSTS, (int)CONTROLS_OPEN_PACKETS);
}

/* Is a failure this host's own doing? */
static void plan_wire_text(void)
{
	printf("where a test gets no answer or is refused, and this host may "
	       "watch its packets: at most %d paths once more, at most %d "
	       "packets each\n",
	       (int)CONTROLS_WIRE, (int)EVIDENCE_WIRE_PACKETS);
}

/* Nor where a device before the host accepts the connection. */
static void plan_nearer_text(void)
{
	printf("where that host is behind a router: the connection again with "
	       "too few hops to reach it, on at most %d paths of each family, "
	       "at most %d packets each, and %d more where it opens\n",
	       (int)CONTROLS_NEARER_PATHS, (int)CONTROLS_NEARER_PACKETS,
	       (int)CONTROLS_NEARER_MORE);
}

/* Wide enough for the ids, within reason. */
static int plan_width(const struct plan *p)
{
	enum { WIDEST = 72 };
	size_t width = strlen("probe");

	for (size_t i = 0; i < p->spec_count; i++) {
		size_t length = strlen(p->specs[i].id);
		width = length > width && length <= WIDEST ? length : width;
	}
	return (int)width;
}

static void plan_row_text(const struct plan_requirement *r, int width)
{
	if (r->count > 0)
		return;
	if (r->not_needed)
		printf("%-*s  not-needed: %s\n", width, r->id, r->reason);
	else
		printf("%-*s  untested (%s): %s\n", width, r->id,
		       why_name(r->untested), r->reason);
}

static void plan_spec_text(const struct spec *s, int width)
{
	if (s->untested != WHY_NONE) {
		printf("%-*s  untested (%s): %s\n", width, s->id,
		       why_name(s->untested), s->untested_reason);
		return;
	}
	if (s->same_as != NULL) {
		printf("%-*s  %-14s same path as %s\n", width, s->id,
		       s->check->name, s->same_as->id);
		return;
	}
	printf("%-*s  %-14s %7llu %6.1f s%s\n", width, s->id, s->check->name,
	       (unsigned long long)plan_packets(s),
	       (double)spec_time_max(s) / 1e6,
	       s->via_proxy ? "  by proxy" : "");
}

static void plan_text(const struct plan *p)
{
	struct plan_total t = plan_sum(p);
	int width = plan_width(p);

	printf("%-*s  %-14s %7s %8s\n", width, "probe", "check", "packets",
	       "at most");
	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct plan_requirement *r = &p->requirements[i];

		plan_row_text(r, width);
		for (size_t k = r->first; k < r->first + r->count; k++)
			plan_spec_text(&p->specs[k], width);
	}
	printf("total: %zu probe%s, at most %llu packets, the longest takes "
	       "%.1f s",
	       t.probes, text_plural(t.probes), (unsigned long long)t.packets,
	       (double)t.longest_us / 1e6);
	if (t.shared > 0)
		printf("; %zu more share%s a path with one of them", t.shared,
		       t.shared == 1 ? "s" : "");
	if (t.untested > 0)
		printf("; %zu cannot be sent", t.untested);
	if (p->left_out_rows > 0)
		printf("; %zu inventory row%s without an address %s not tested",
		       p->left_out_rows, text_plural(p->left_out_rows),
		       p->left_out_rows == 1 ? "is" : "are");
	if (p->untyped_rows > 0)
		printf("; %zu requirement%s need%s a device type that is not "
		       "given",
		       p->untyped_rows, text_plural(p->untyped_rows),
		       p->untyped_rows == 1 ? "s" : "");
	printf("\n");
	if (t.packets > 0)
		plan_flows_text();
	plan_open_ports_text();
	if (t.packets > 0)
		plan_wire_text();
	plan_nearer_text();
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

static void plan_row_json(struct json_out *j, const struct plan *p,
			  const struct plan_requirement *r)
{
	json_object(j);
	requirement_json(j, r->requirement, r->id, &r->ports);
	json_key_strings(j, "hosts", r->hosts);
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
	const struct plan *p = arg;
	struct plan_total t = plan_sum(p);
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
		plan_row_json(&j, p, &p->requirements[i]);
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
	json_key(&j, "longest_ms");
	json_ms(&j, t.longest_us);
	json_object_end(&j);
	json_key_number(&j, "untyped_rows", (int64_t)p->untyped_rows);
	json_key_number(&j, "left_out_rows", (int64_t)p->left_out_rows);
	json_object_end(&j);
	json_end(&j);
}

int plan_run(struct options *o)
{
	struct errors errors = {0};
	struct request r;
	struct error err;
	int status;

	if (command_check_format(o, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	if (request_build(&r, o, &errors) == -1) {
		status = command_fail(o, &errors, EXIT_USAGE);
		goto out;
	}
	if (command_is_json(o)) {
		command_print(plan_json, r.plan);
	} else {
		plan_text(r.plan);
	}
	status = command_finish(o, 0);
out:
	request_free(&r);
	errors_free(&errors);
	return status;
}
