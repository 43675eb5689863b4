/* service_words.c - what a remedy calls things, by protocol and by owner. */
#include "report/diagnose/service_words.h"

#include "core/engine/check.h"

#include <string.h>

#define SERVICE_WORDS_ACCESS "access lists (allowed hosts)"
#define SERVICE_WORDS_WEB    "the allowed addresses of its web server"
#define SERVICE_WORDS_SQL    "the allowed addresses of its database"

static const struct {
	const char *check, *access;
} service_words[] = {
    {"db2", SERVICE_WORDS_SQL},
    {"ftp", "the allowed hosts of its FTP server"},
    {"http", SERVICE_WORDS_WEB},
    {"https", SERVICE_WORDS_WEB},
    {"jetdirect", "the list of hosts that may print"},
    {"ldap", "the allowed addresses of its directory server"},
    {"oracle", "the allowed nodes of its listener (TCP.INVITED_NODES)"},
    {"rdp", "the rules of its own firewall for Remote Desktop"},
    {"rpc", "the rules of its own firewall for RPC"},
    {"smb", "the allowed hosts of its file service (and whether it speaks "
	    "SMB1 only)"},
    {"smtp", "the allowed clients of its mail server"},
    {"snmp", "its SNMP access list"},
    {"ssh", "access lists (of the SSH server; on network devices, of the VTY "
	    "lines)"},
    {"tds", SERVICE_WORDS_SQL},
    {"telnet", "access lists and free lines (VTY)"},
    {"tls", "the allowed addresses of its TLS service"},
    {"websocket", SERVICE_WORDS_WEB},
    {"winrm", "WinRM's IPv4Filter and IPv6Filter, and its own firewall,"}};

static const char *service_words_check(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct check *check =
	    r->check != NULL ? r->check : r->spec->check;

	return check != NULL ? check->name : "";
}

static const char *service_words_of(const char *check)
{
	for (size_t i = 0; i < sizeof service_words / sizeof service_words[0];
	     i++)
		if (strcmp(service_words[i].check, check) == 0)
			return service_words[i].access;
	return SERVICE_WORDS_ACCESS;
}

/* Several services have the words that fit all. */
const char *service_words_access(const struct diagnosis *d,
				 const struct candidate *f)
{
	const char *words = NULL;

	for (size_t i = 0; i < f->result_count; i++) {
		const char *own =
		    service_words_of(service_words_check(d, f->results[i]));

		if (words != NULL && strcmp(words, own) != 0)
			return SERVICE_WORDS_ACCESS;
		words = own;
	}
	return words != NULL ? words : SERVICE_WORDS_ACCESS;
}

/* The same device is asked for SSH, in this run. */
static bool service_words_has_ssh(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	for (size_t i = 0; i < d->results->count; i++)
		if (strcmp(service_words_check(d, i), "ssh") == 0 &&
		    addr_equal(&diagnosis_result(d, i)->addr, &r->addr))
			return true;
	return false;
}

const char *service_words_start(const struct diagnosis *d,
				const struct candidate *f)
{
	size_t telnet = 0, beside = 0;

	for (size_t i = 0; i < f->result_count; i++) {
		if (strcmp(service_words_check(d, f->results[i]), "telnet") !=
		    0)
			continue;
		telnet++;
		beside += service_words_has_ssh(d, f->results[i]);
	}
	if (telnet == 0)
		return "start the service";
	if (beside > 0)
		return "start the SSH server: beside it Telnet, which is not "
		       "encrypted, is not needed";
	return "start an SSH server, if the product can use it: Telnet is not "
	       "encrypted";
}

const char *service_words_reject(const struct diagnosis *d,
				 const struct candidate *f)
{
	size_t tcp = 0;

	for (size_t i = 0; i < f->result_count; i++)
		tcp += diagnosis_result(d, f->results[i])->spec->transport ==
		       TRANSPORT_TCP;
	return tcp == f->result_count ? "with a TCP reset"
	       : tcp == 0             ? "with ICMP port unreachable"
				      : "with a TCP reset or ICMP port "
					"unreachable";
}

/* The profile's sources are the vendor's pages: a host of the same domain is
 * the vendor's. */
static bool service_words_is_vendor(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct requirement *q = r->spec->requirement;
	const char *host =
	    r->spec->derive_from != NULL ? r->spec->derive_from : r->spec->host;

	if (q == NULL || q->profile == NULL || host == NULL ||
	    r->spec->literal.family != ADDR_NONE)
		return false;
	for (size_t i = 0; i < q->profile->source_count; i++) {
		const char *url = q->profile->sources[i].url, *at, *own;
		char name[256];
		size_t length;

		at = url != NULL ? strstr(url, "://") : NULL;
		length = at != NULL ? strcspn(at + 3, "/:?#") : 0;
		if (length == 0 || length >= sizeof name)
			continue;
		memcpy(name, at + 3, length);
		name[length] = '\0';
		own = correlation_domain(name);
		if (strcmp(own, correlation_domain(host)) == 0)
			return true;
	}
	return false;
}

const char *service_words_inquire(const struct diagnosis *d,
				  const struct candidate *f)
{
	for (size_t i = 0; i < f->result_count; i++)
		if (!service_words_is_vendor(d, f->results[i]))
			return "Ask its operator";
	return "Check on the vendor's status page";
}
