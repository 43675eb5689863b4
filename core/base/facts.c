/*
 * facts.c - what a probe learned, by name.
 */
#include "core/base/facts.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

static void fact_clear(struct fact *fact)
{
	for (size_t i = 0; i < fact->list_count; i++)
		free(fact->list[i]);
	free(fact->list);
	free(fact->text);
	*fact = (struct fact){.name = fact->name, .type = fact->type};
}

static struct fact *facts_lookup(const struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++) {
		if (strcmp(f->items[i].name, name) == 0)
			return &f->items[i];
	}
	return NULL;
}

/* The fact to be set, empty; NULL when there are too many. */
static struct fact *facts_slot(struct facts *f, const char *name,
			       enum fact_type type)
{
	struct fact *fact = facts_lookup(f, name);
	if (fact == NULL) {
		if (f->count == FACTS_MAX)
			return NULL;
		f->items = mem_grow(f->items, &f->capacity, f->count + 1,
				    sizeof(*f->items));
		fact = &f->items[f->count++];
		*fact = (struct fact){.name = name};
	} else {
		fact_clear(fact);
	}
	fact->type = type;
	return fact;
}

static char *facts_clean(const void *value, size_t length)
{
	char clean[TEXT_MAX];
	return mem_strdup(text_sanitise(clean, sizeof(clean), value, length));
}

void facts_bytes(struct facts *f, const char *name, const void *value,
		 size_t length)
{
	if (value == NULL)
		return;
	/* Before the slot is emptied: value may be the old one. */
	char *text = facts_clean(value, length);
	struct fact *fact = facts_slot(f, name, FACT_STRING);
	if (fact == NULL)
		free(text);
	else
		fact->text = text;
}

void facts_string(struct facts *f, const char *name, const char *value)
{
	if (value != NULL)
		facts_bytes(f, name, value, strlen(value));
}

static void facts_integer(struct facts *f, const char *name,
			  enum fact_type type, int64_t value)
{
	struct fact *fact = facts_slot(f, name, type);
	if (fact != NULL)
		fact->number = value;
}

void facts_number(struct facts *f, const char *name, int64_t value)
{
	facts_integer(f, name, FACT_NUMBER, value);
}

void facts_ms(struct facts *f, const char *name, int64_t microseconds)
{
	facts_integer(f, name, FACT_MS, microseconds);
}

void facts_bool(struct facts *f, const char *name, bool value)
{
	facts_integer(f, name, FACT_BOOL, value);
}

void facts_append(struct facts *f, const char *name, const char *value)
{
	if (value == NULL)
		return;
	char *text = facts_clean(value, strlen(value));
	struct fact *fact = facts_lookup(f, name);
	if (fact == NULL || fact->type != FACT_LIST)
		fact = facts_slot(f, name, FACT_LIST);
	if (fact == NULL || fact->list_count == FACTS_LIST_MAX) {
		free(text);
		return;
	}
	/* Lists are short: one more each time. */
	fact->list =
	    mem_realloc(fact->list, fact->list_count + 1, sizeof(*fact->list));
	fact->list[fact->list_count++] = text;
}

const struct fact *facts_find(const struct facts *f, const char *name)
{
	return facts_lookup(f, name);
}

const char *facts_text(const struct facts *f, const char *name)
{
	const struct fact *fact = facts_lookup(f, name);
	return fact == NULL || fact->type != FACT_STRING ? NULL : fact->text;
}

bool facts_is_true(const struct facts *f, const char *name)
{
	const struct fact *fact = facts_lookup(f, name);
	return fact != NULL && fact->type == FACT_BOOL && fact->number != 0;
}

static void fact_copy(struct facts *to, const struct fact *fact)
{
	switch (fact->type) {
	case FACT_STRING:
		facts_string(to, fact->name, fact->text);
		break;
	case FACT_NUMBER:
	case FACT_MS:
	case FACT_BOOL:
		facts_integer(to, fact->name, fact->type, fact->number);
		break;
	case FACT_LIST:
		for (size_t i = 0; i < fact->list_count; i++)
			facts_append(to, fact->name, fact->list[i]);
		break;
	}
}

void facts_copy(struct facts *to, const struct facts *from)
{
	for (size_t i = 0; i < from->count; i++)
		fact_copy(to, &from->items[i]);
}

void facts_free(struct facts *f)
{
	for (size_t i = 0; i < f->count; i++)
		fact_clear(&f->items[i]);
	free(f->items);
	*f = (struct facts){0};
}

const struct fact_def fact_core[] = {
    {"resolver", FACT_STRING, "the DNS server whose answer was used"},
    {"resolver-dead", FACT_LIST, "DNS servers that did not answer"},
    {"answers-from", FACT_LIST,
     "others that sent something to the port that asked, with their port"},
    {"answers-ignored", FACT_NUMBER,
     "DNS answers with the number of another question"},
    {"answers-truncated", FACT_BOOL,
     "an answer about the name did not fit into UDP"},
    {"answers-cut-at", FACT_NUMBER,
     "octets of a DNS answer that ends in the middle of its records"},
    {"search-name", FACT_STRING,
     "the name of this host's search list that was asked for instead"},
    {"name-as-it-is", FACT_STRING,
     "what became of the question for the name as it is spelled"},
    {"route", FACT_STRING,
     "the network and the next hop of this host's route to the target, where "
     "that is not a default gateway"},
    {"cname-chain", FACT_LIST, "the aliases (CNAME) between name and address"},
    {"ttl-dns", FACT_NUMBER, "smallest time to live of the answer, in seconds"},
    {"reply-ttl", FACT_NUMBER, "TTL or hop limit of the target's answer"},
    {"tcp-received", FACT_NUMBER, "octets that came before the silence"},
    {"tcp-quiet-ms", FACT_NUMBER,
     "time since the last of them, when the test ended"},
    {"tcp-unacked", FACT_NUMBER, "TCP segments sent and never acknowledged"},
    {"tcp-retransmits", FACT_NUMBER,
     "how often the last TCP segment was "
     "repeated"},
    /* this host's own rules, also as evidence */
    {"ruleset", FACT_STRING,
     "what this host's own rules would do with a packet of a new connection: "
     "accepts, drops, rejects, untested"},
    {"ruleset-rule", FACT_STRING,
     "the rule that decides, as nft names it, or the chain's policy"},
    {"ruleset-chain", FACT_STRING, "family, table and name of its chain"},
    {"ruleset-why", FACT_STRING, "why the rules decide nothing"},
    {"ruleset-tool", FACT_STRING,
     "what manages this host's rules: nftables, iptables, firewalld, ufw"},
    {"ruleset-port", FACT_NUMBER, "the port that a rule redirects it to"},
    {"ruleset-senders", FACT_NUMBER, "senders that the rules were asked about"},
    {"ruleset-stopped", FACT_LIST, "of them, the first that the rules stop"},
    {"heard", FACT_LIST, "who was heard, and on which port of this host"},
    {"speaks", FACT_STRING, "the protocol that the first of them speaks"},
    {"said", FACT_STRING, "the version and kind of what was sent"},
    {"heard-report", FACT_STRING, "the report of `listen` that says so"},
    {"heard-refused", FACT_STRING,
     "why what the report of `listen` says does not count"},
    {"listened", FACT_LIST, "ports that were listened on in vain"},
    {"not-listened", FACT_LIST, "ports that could not be listened on, and why"},
    {"listened-for", FACT_MS, "how long this host listened"},
    {"proxy-status", FACT_NUMBER, "HTTP status of the proxy's answer"},
    {"proxy-schemes", FACT_LIST, "log-in schemes the proxy offered"},
    {"proxy-server", FACT_STRING, "name and version that the proxy reports"},
    {"tls-version", FACT_STRING, "protocol version in use, such as TLSv1.3"},
    {"tls-cipher", FACT_STRING, "cipher suite in use"},
    {"alpn", FACT_STRING, "application protocol in use (ALPN)"},
    {"tls-trust", FACT_STRING,
     "type of root that the certificate chain ends "
     "in"},
    {"tls-client-certificate", FACT_BOOL,
     "the server asked for a client certificate, which this host has not"},
    {"tls-error", FACT_STRING, "why the certificate chain was not accepted"},
    {"tls-subject", FACT_STRING, "subject of the server's certificate"},
    {"tls-issuer", FACT_STRING, "issuer of the server's certificate"},
    {"tls-root", FACT_STRING, "the last certificate of the chain"},
    {"tls-names", FACT_STRING, "names the certificate is valid for"},
    {"tls-not-before", FACT_STRING, "the certificate is valid from"},
    {"tls-not-after", FACT_STRING, "the certificate is valid until"},
    {"tls-chain", FACT_LIST, "each certificate as \"subject <- issuer\""},
    {"tls-sha256", FACT_STRING, "fingerprint of the server's certificate"},
    {"tls-weak-key", FACT_STRING,
     "its key, where current TLS libraries refuse one of its size"},
    {0},
};

const struct fact_def fact_host[] = {
    {"name", FACT_STRING, "this host's name"},
    {"addresses", FACT_LIST, "its addresses, without those of the loopback"},
    {"networks", FACT_LIST, "the same, each with its prefix and interface"},
    {"resolvers", FACT_LIST, "the DNS servers it is set up with"},
    {"search-domains", FACT_LIST, "the search list that completes names"},
    {"hosts-cut", FACT_BOOL, "its hosts file has more names than are read"},
    {"no-roots", FACT_BOOL,
     "it has no trusted roots: certificates cannot be verified"},
    {"gateways", FACT_LIST, "its default gateways"},
    {"gateway-via", FACT_LIST, "the same, each with its interface"},
    {"has-gateway", FACT_BOOL, "it has a default gateway; absent: not known"},
    {"has-ipv4", FACT_BOOL, "it has a global IPv4 address; absent: not known"},
    {"has-ipv6", FACT_BOOL, "it has a global IPv6 address; absent: not known"},
    {"link", FACT_STRING, "up: an interface is up and running; else down"},
    {0},
};

const struct fact_def fact_evidence[] = {
    /* hop-walk */
    {"hops", FACT_LIST, "routers that reported an expired time to live"},
    {"hops-at", FACT_LIST, "each of them behind the number of its hop"},
    {"reached", FACT_BOOL, "packets got through to the target"},
    {"reset-at", FACT_NUMBER, "smallest time to live that draws a reset"},
    {"opened-at", FACT_NUMBER, "smallest time to live that opens the port"},
    {"last-hop", FACT_NUMBER, "the farthest hop that replied, from 1"},
    {"last-hop-address", FACT_STRING, "its address"},
    {"last-hop-link", FACT_STRING, "its interface and link-layer address"},
    /* reset-ttl */
    {"answer-ttl", FACT_NUMBER, "time to live of another answer of the host"},
    {"reset-seen", FACT_BOOL, "a reset with at least that time to live came"},
    {"agrees", FACT_BOOL, "and none with a higher one: the host sent it"},
    {"nearer", FACT_BOOL, "a reset with a higher time to live came"},
    /* control, resolver */
    {"what", FACT_STRING, "what it is a control of, such as other-port"},
    {"host", FACT_STRING, "the name that was asked for"},
    {"ok", FACT_BOOL, "what the control asks for has happened"},
    {"connected", FACT_BOOL, "the path opened, if only that"},
    {"cause", FACT_STRING, "ok, or the cause of its failure"},
    {"blocker", FACT_STRING, "address of the device that sent an ICMP error"},
    {"hops-given", FACT_NUMBER, "time to live (hop limit) of its packets"},
    {"expired", FACT_BOOL, "a router reported that it had expired"},
    {"server", FACT_STRING, "the DNS server that was asked"},
    {"name", FACT_STRING, "the name that it was asked for"},
    {"rcode", FACT_STRING, "the DNS server's answer code"},
    {"addresses", FACT_LIST, "addresses in the DNS server's answer"},
    /* neighbour */
    {"address", FACT_STRING, "the address looked up in the neighbour table"},
    {"state", FACT_STRING, "what the neighbour table says of it"},
    {"link", FACT_STRING, "its interface and link-layer address"},
    /* route */
    {"found", FACT_BOOL, "the kernel has a route to the target"},
    {"error", FACT_STRING, "what the kernel reports instead"},
    {"gateway", FACT_STRING, "the next hop of the route"},
    {"source", FACT_STRING, "the source address that it gives"},
    {"device", FACT_STRING, "the interface that it leaves by"},
    /* flows */
    {"opened", FACT_NUMBER, "connections to one path, one after the other"},
    {"at-once", FACT_NUMBER, "of them, answered at the first packet"},
    {"after-repeats", FACT_NUMBER, "of them, answered after a repeat of it"},
    {"repeats", FACT_NUMBER, "how many repeats those took together"},
    {"dead", FACT_NUMBER, "of them, never answered"},
    {"held-repeats", FACT_NUMBER, "repeats that each of those was held for"},
    {"dead-ports", FACT_LIST, "source ports of some of them"},
    /* meanwhile */
    {"asked", FACT_LIST, "when the gateway was asked, and if it answered"},
    /* sending */
    {"unsent", FACT_BOOL, "this host sent no repeat of the first packet"},
    /* gateway; address, link, source: as above */
    {"entry", FACT_STRING, "what the neighbour table says of the gateway"},
    {"replies", FACT_BOOL, "the gateway answered for itself"},
    {"forwards", FACT_BOOL, "hop 1 replied to a packet that expired there"},
    /* claimants */
    {"claimant-count", FACT_NUMBER, "other hosts that claim the address"},
    {"claimants", FACT_LIST, "their interface and link-layer addresses"},
    /* via: address, gateway, ok as above */
    /* wire; cause, device (where the answer came in): as above */
    {"left", FACT_BOOL, "our packet was seen on the wire"},
    {"arrived", FACT_BOOL, "a packet from there to our port came in"},
    {"answer", FACT_STRING, "what it answered, whatever the socket got"},
    {"received", FACT_BOOL, "the socket got an answer"},
    {"complete", FACT_BOOL, "no packet on the wire was missed"},
    /* rules: as above, of this host's own rules */
    {0},
};
