/*
 * evidence_wire.c - one more try of a path that failed, while the wire is
 * watched: what did this host let out, and what did it keep from its socket?
 *
 * One socket for all of it: an answer that comes while it is open has had its
 * chance to be heard.
 */
#include "core/engine/evidence_internal.h"
#include "core/os/address.h"
#include "core/os/host.h"

bool evidence_wire_is_asked(const struct evidence_request *w)
{
	struct host_route route;

	return host_route(&w->addr, &route) == KNOWN_YES && !route.local;
}

void evidence_wire_start(struct request_run *run)
{
	struct control_probe *f = &run->control_probes[0];
	struct wire_path path = {.peer = run->request.addr,
				 .transport = run->request.transport,
				 .echo = &f->echo};

	path.peer.port = run->request.port;
	run->wire = wire_watch_start(run->round->loop, &path);
	if (run->wire == NULL) {
		evidence_run_ended(run);
		return;
	}
	f->run = run;
	run->control_probe_count = 1;
	evidence_probe_start(f);
	evidence_room_wait(run);
}

bool evidence_wire_again(struct request_run *run)
{
	struct control_probe *f = &run->control_probes[0];
	int64_t now = loop_now(run->round->loop);

	if (f->ended || f->conn == NULL)
		return false;
	if (f->tries < EVIDENCE_WIRE_PACKETS) {
		control_probe_repeat(f);
		return true;
	}
	if (run->wire->answer == NULL || run->asked++ > 0 ||
	    now - run->wire->answered_us >= EVIDENCE_WIRE_GRACE_US)
		return false;
	run->wait_us = EVIDENCE_WIRE_GRACE_US;
	return true;
}

void evidence_wire_write(struct request_run *run, struct evidence *v)
{
	const struct control_probe *f = &run->control_probes[0];
	struct wire_watch *w = run->wire;
	bool complete = wire_watch_finish(w);
	bool refused =
	    f->outcome.cause == CAUSE_REFUSED && !f->outcome.has_icmp;
	char device[ADDR_ZONE];

	if (w->path.transport != TRANSPORT_ICMP)
		facts_bool(&v->observed, "left", w->left);
	facts_bool(&v->observed, "arrived", w->arrived);
	if (w->answer != NULL) {
		facts_string(&v->observed, "answer", w->answer);
		if (os_zones.name(w->interface, device))
			facts_string(&v->observed, "device", device);
	}
	facts_bool(&v->observed, "received",
		   f->heard || f->connected || f->ok || refused);
	facts_string(&v->observed, "cause", evidence_write_cause(f));
	facts_bool(&v->observed, "complete", complete);
}
