/* other_words.c - what people type for one of our names. */
#include "core/base/other_words.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PART_MIN = 3 /* letters: "ad" is in too much */ };

/* A word may stand for names of several kinds. */
static const struct {
	const char *word, *name;
} other_words[] = {
    /* dialects */
    {"fortinet", "fortigate"},
    {"forti", "fortigate"},
    {"fortios", "fortigate"},
    {"palo", "paloalto"},
    {"pan-os", "paloalto"},
    {"panos", "paloalto"},
    {"asa", "cisco-asa"},
    {"ftd", "cisco-asa"},
    {"nft", "nftables"},
    {"netfilter", "nftables"},
    {"ip6tables", "iptables"},
    {"ufw", "iptables"},
    {"routeros", "mikrotik"},
    {"netgate", "pfsense"},
    {"defender", "windows"},
    {"powershell", "windows"},
    {"netsh", "windows"},
    {"amazon", "aws-sg"},
    {"ec2", "aws-sg"},
    {"excel", "csv"},
    {"spreadsheet", "csv"},
    /* checks */
    {"ping", "icmp"},
    {"echo", "icmp"},
    {"url", "https"},
    {"web", "https"},
    {"port", "tcp"},
    {"connect", "tcp"},
    {"clock", "ntp"},
    {"time", "ntp"},
    {"lookup", "dns"},
    {"nslookup", "dns"},
    {"resolve", "dns"},
    {"mail", "smtp"},
    {"cifs", "smb"},
    {"samba", "smb"},
    {"share", "smb"},
    {"wmi", "rpc"},
    {"dcom", "rpc"},
    {"mstsc", "rdp"},
    {"sqlserver", "tds"},
    {"mssql", "tds"},
    {"krb5", "kerberos"},
    {"certificate", "tls"},
    {"ssl", "tls"},
    {"bonjour", "mdns"},
    {"upnp", "ssdp"},
    {"print", "jetdirect"},
    {"esxi", "vmware"},
    {"vcenter", "vmware"},
    {"sql", "tds"},
    {"wss", "websocket"},
    {"ldaps", "ldap"},
    {"netbios", "netbios-ns"},
    {"wsman", "winrm"},
    {"printer", "jetdirect"},
    /* device types */
    {"vmware", "esxi"},
    {"linux", "unix"},
    {"hyper-v", "windows"},
    {"exchange", "mail-server"},
    {"sqlserver", "mssql"},
    {"dc", "domain-controller"},
    {"storage", "nas"},
    /* commands */
    {"test", "run"},
    {"start", "run"},
    {"scan", "run"},
    {"diff", "compare"},
    {"convert", "render"},
    {"validate", "lint"},
    {"new", "init"},
};

const char *other_words_name(const char *word,
			     const char *(*next)(const void *arg, size_t i),
			     const void *arg)
{
	const char *name;

	for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++) {
		if (text_casecmp(other_words[i].word, word) != 0)
			continue;
		for (size_t k = 0; (name = next(arg, k)) != NULL; k++)
			if (strcmp(name, other_words[i].name) == 0)
				return name;
	}
	return NULL;
}

/* The word begins a part of the name, or is such a beginning and more: "auvik"
 * of auvik-collector, "snmp-v3" of snmp. */
static bool other_words_is_part(const char *name, const char *word)
{
	size_t length = strlen(word), whole = strlen(name);

	if (whole >= PART_MIN && text_ncasecmp(word, name, whole) == 0 &&
	    !isalpha((unsigned char)word[whole]))
		return true;
	for (const char *at = name; length >= PART_MIN && *at != '\0'; at++)
		if ((at == name || !isalnum((unsigned char)at[-1])) &&
		    text_ncasecmp(at, word, length) == 0)
			return true;
	return false;
}

const char *other_words_find(char out[static OTHER_WORDS_TEXT],
			     const char *word,
			     const char *(*next)(const void *arg, size_t i),
			     const void *arg)
{
	const char *found[OTHER_WORDS_MOST];
	const char *name = other_words_name(word, next, arg);
	bool listed = name != NULL;
	size_t count = 0, at = 0;

	out[0] = '\0';
	if (listed)
		found[count++] = name;
	for (size_t i = 0; !listed && (name = next(arg, i)) != NULL; i++) {
		if (!other_words_is_part(name, word))
			continue;
		if (count == OTHER_WORDS_MOST)
			return out;
		found[count++] = name;
	}
	for (size_t i = 0; i < count && at < OTHER_WORDS_TEXT; i++)
		at +=
		    (size_t)snprintf(out + at, OTHER_WORDS_TEXT - at, "%s'%s'",
				     i == 0           ? ""
				     : i + 1 == count ? " or "
						      : ", ",
				     found[i]);
	if (at >= OTHER_WORDS_TEXT)
		out[0] = '\0';
	return out;
}
