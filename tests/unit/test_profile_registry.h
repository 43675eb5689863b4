/*
 * test_profile_registry.h - checks for tests of profiles and plans: the names
 * and params of real ones, and no behaviour.
 */
#ifndef TEST_PROFILE_REGISTRY_H
#define TEST_PROFILE_REGISTRY_H

#include "core/engine/check.h"
#include "core/base/params.h"

struct fake_params {
	const char *const *names;
	int protocol;
	const char *sni;
	int trust;
	int64_t count;
	const struct port_list *warn_ports;
	const struct secret *secret;
	const char *expect;
};

static const char *const fake_protocols[] = {"udp", "tcp", NULL};
static const char *const fake_trusts[] = {"system", "any", NULL};

static const struct param fake_dns_params[] = {
    {.name = "names",
     .type = PARAM_LIST,
     .offset = offsetof(struct fake_params, names),
     .help = "help",
     .required = true},
    {.name = "protocol",
     .type = PARAM_ENUM,
     .offset = offsetof(struct fake_params, protocol),
     .help = "help",
     .fallback = "udp",
     .choices = fake_protocols},
    {.name = NULL},
};

static const struct param fake_tls_params[] = {
    {.name = "sni",
     .type = PARAM_NAME,
     .offset = offsetof(struct fake_params, sni),
     .help = "help"},
    {.name = "trust",
     .type = PARAM_ENUM,
     .offset = offsetof(struct fake_params, trust),
     .help = "help",
     .fallback = "system",
     .choices = fake_trusts},
    {.name = "count",
     .type = PARAM_NUMBER,
     .offset = offsetof(struct fake_params, count),
     .help = "help",
     .fallback = "1",
     .low = 1,
     .high = 9},
    {.name = "secret",
     .type = PARAM_SECRET,
     .offset = offsetof(struct fake_params, secret),
     .help = "help"},
    {.name = NULL},
};

static const struct param fake_bind_params[] = {
    {.name = "transport",
     .type = PARAM_ENUM,
     .offset = offsetof(struct fake_params, protocol),
     .help = "help",
     .fallback = "udp",
     .choices = fake_protocols},
    {.name = "warn_ports",
     .type = PARAM_PORTS,
     .offset = offsetof(struct fake_params, warn_ports),
     .help = "help"},
    {.name = "owners",
     .type = PARAM_LIST,
     .offset = offsetof(struct fake_params, names),
     .help = "help"},
    {.name = NULL},
};

static const struct param fake_udp_params[] = {
    {.name = "expect",
     .type = PARAM_STRING,
     .offset = offsetof(struct fake_params, expect),
     .help = "help",
     .required = true},
    {.name = NULL},
};

#define FAKE(symbol, word, what, how, number, table, through)    \
	static const struct check fake_##symbol = {              \
	    .name = word,                                        \
	    .summary = word,                                     \
	    .params = table,                                     \
	    .params_size = sizeof(struct fake_params),           \
	    .needs = what,                                       \
	    .transport = how,                                    \
	    .port = number,                                      \
	    .proxy = through,                                    \
	    .credential = NEEDS_UDP == what ? "snmp-v2c,snmp-v3" \
			  : (number) == 22  ? "ssh"              \
					    : NULL,               \
	}

FAKE(bind, "bind", NEEDS_NOTHING, TRANSPORT_LOCAL, 0, fake_bind_params,
     PROXY_NEVER);
FAKE(dns, "dns", NEEDS_UDP, TRANSPORT_UDP, 53, fake_dns_params, PROXY_NEVER);
FAKE(http, "http", NEEDS_TCP, TRANSPORT_TCP, 80, NULL, PROXY_FORWARD);
FAKE(http_connect, "http-connect", NEEDS_TCP, TRANSPORT_TCP, 0, NULL,
     PROXY_TUNNEL);
FAKE(https, "https", NEEDS_TLS, TRANSPORT_TCP, 443, fake_tls_params,
     PROXY_TUNNEL);
FAKE(icmp, "icmp", NEEDS_ICMP, TRANSPORT_ICMP, 0, NULL, PROXY_NEVER);
FAKE(mdns, "mdns", NEEDS_MULTICAST, TRANSPORT_UDP, 5353, NULL, PROXY_NEVER);
FAKE(ntp, "ntp", NEEDS_UDP, TRANSPORT_UDP, 123, NULL, PROXY_NEVER);
FAKE(smb, "smb", NEEDS_TCP, TRANSPORT_TCP, 445, NULL, PROXY_NEVER);
FAKE(snmp, "snmp", NEEDS_UDP, TRANSPORT_UDP, 161, NULL, PROXY_NEVER);
FAKE(ssdp, "ssdp", NEEDS_MULTICAST, TRANSPORT_UDP, 1900, NULL, PROXY_NEVER);
FAKE(ssh, "ssh", NEEDS_TCP, TRANSPORT_TCP, 22, NULL, PROXY_NEVER);
FAKE(static_address, "static-address", NEEDS_NOTHING, TRANSPORT_LOCAL, 0, NULL,
     PROXY_NEVER);
FAKE(tcp, "tcp", NEEDS_TCP, TRANSPORT_TCP, 0, NULL, PROXY_TUNNEL);
FAKE(telnet, "telnet", NEEDS_TCP, TRANSPORT_TCP, 23, NULL, PROXY_NEVER);
FAKE(tls, "tls", NEEDS_TLS, TRANSPORT_TCP, 443, fake_tls_params, PROXY_TUNNEL);
FAKE(tls_inspection, "tls-inspection", NEEDS_TCP, TRANSPORT_TCP, 443, NULL,
     PROXY_TUNNEL);
FAKE(udp, "udp", NEEDS_UDP, TRANSPORT_UDP, 0, fake_udp_params, PROXY_NEVER);
FAKE(vmware, "vmware", NEEDS_TCP, TRANSPORT_TCP, 443, NULL, PROXY_NEVER);
FAKE(websocket, "websocket", NEEDS_TLS, TRANSPORT_TCP, 443, NULL, PROXY_TUNNEL);
FAKE(winrm, "winrm", NEEDS_TCP, TRANSPORT_TCP, 5985, NULL, PROXY_NEVER);

const struct check *const check_registry[] = {&fake_bind,
					      &fake_dns,
					      &fake_http,
					      &fake_http_connect,
					      &fake_https,
					      &fake_icmp,
					      &fake_mdns,
					      &fake_ntp,
					      &fake_smb,
					      &fake_snmp,
					      &fake_ssdp,
					      &fake_ssh,
					      &fake_static_address,
					      &fake_tcp,
					      &fake_telnet,
					      &fake_tls,
					      &fake_tls_inspection,
					      &fake_udp,
					      &fake_vmware,
					      &fake_websocket,
					      &fake_winrm,
					      NULL};

#endif
