/*
 * type_words.c - words that people use for types of devices.
 */
#include "profiles/read/type_words.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define NETWORK "network-element,snmp"
#define NOTHING ""

static const struct type_word {
	const char *word, *types;
} type_words[] = {
    {"switch", NETWORK},
    {"router", NETWORK},
    {"firewall", NETWORK},
    {"gateway", NETWORK},
    {"utm", NETWORK},
    {"ap", NETWORK},
    {"wap", NETWORK},
    {"access point", NETWORK},
    {"accesspoint", NETWORK},
    {"wireless", NETWORK},
    {"wifi", NETWORK},
    {"wlan", NETWORK},
    {"wireless controller", NETWORK},
    {"wlc", NETWORK},
    {"load balancer", NETWORK},
    {"network device", NETWORK},
    {"network equipment", NETWORK},
    {"network element", NETWORK},
    {"networking", NETWORK},
    {"network", NETWORK},
    {"networkequipment", NETWORK},
    {"sd wan", NETWORK},
    {"vpn", NETWORK},
    {"bridge", NETWORK},
    {"modem", NETWORK},
    {"commutateur", NETWORK},
    {"conmutador", NETWORK},
    {"routeur", NETWORK},
    {"enrutador", NETWORK},
    {"pare feu", NETWORK},
    {"cortafuegos", NETWORK},
    {"ups", "snmp"},
    {"pdu", "snmp"},
    {"usv", "snmp"},
    {"onduleur", "snmp"},
    {"power", "snmp"},
    {"camera", "https"},
    {"ip camera", "https"},
    {"kamera", "https"},
    {"webcam", "https"},
    {"nvr", "https"},
    {"dvr", "https"},
    {"ilo", "https"},
    {"idrac", "https"},
    {"ipmi", "https"},
    {"bmc", "https"},
    {"web server", "https"},
    {"windows", "windows"},
    {"win", "windows"},
    {"microsoft windows", "windows"},
    {"windows server", "windows"},
    {"windows workstation", "windows"},
    {"workstation", "windows"},
    {"desktop", "windows"},
    {"laptop", "windows"},
    {"notebook", "windows"},
    {"pc", "windows"},
    {"hyper v", "windows"},
    {"terminal server", "windows"},
    {"file server", "windows"},
    {"arbeitsplatz", "windows"},
    {"windows 2000", "windows-legacy"},
    {"windows xp", "windows-legacy"},
    {"windows server 2003", "windows-legacy"},
    {"domain controller", "windows,domain-controller"},
    {"active directory", "windows,domain-controller"},
    {"dc", "windows,domain-controller"},
    {"linux", "unix"},
    {"linux server", "unix"},
    {"unix", "unix"},
    {"ubuntu", "unix"},
    {"debian", "unix"},
    {"centos", "unix"},
    {"red hat", "unix"},
    {"redhat", "unix"},
    {"rhel", "unix"},
    {"rocky", "unix"},
    {"alma", "unix"},
    {"almalinux", "unix"},
    {"suse", "unix"},
    {"fedora", "unix"},
    {"freebsd", "unix"},
    {"solaris", "unix"},
    {"aix", "unix"},
    {"hp ux", "unix"},
    {"macos", "unix"},
    {"mac os", "unix"},
    {"mac", "unix"},
    {"os x", "unix"},
    {"esxi", "esxi"},
    {"esx", "esxi"},
    {"vmware esxi", "esxi"},
    {"vmware host", "esxi"},
    {"vm host", "esxi"},
    {"vsphere host", "esxi"},
    {"hypervisor", "esxi"},
    {"vcenter", "vcenter"},
    {"vcenter server", "vcenter"},
    {"vcsa", "vcenter"},
    {"xenserver", "xenserver"},
    {"citrix hypervisor", "xenserver"},
    {"xcp ng", "xenserver"},
    {"nas", "nas"},
    {"storage", "nas"},
    {"synology", "nas"},
    {"qnap", "nas"},
    {"printer", "printer"},
    {"multifunction", "printer"},
    {"mfp", "printer"},
    {"copier", "printer"},
    {"plotter", "printer"},
    {"drucker", "printer"},
    {"imprimante", "printer"},
    {"impresora", "printer"},
    {"stampante", "printer"},
    {"mail server", "mail-server"},
    {"exchange", "mail-server"},
    {"smtp", "mail-server"},
    {"dns", "dns-server"},
    {"dns server", "dns-server"},
    {"ldap", "ldap-server"},
    {"sql server", "mssql"},
    {"microsoft sql server", "mssql"},
    {"oracle", "oracle"},
    {"oracle linux", "unix"},
    {"db2", "db2"},
    {"sap", "sap"},
    {"hmc", "ibm-hmc"},
    {"server", NOTHING},
    {"serveur", NOTHING},
    {"servidor", NOTHING},
    {"computer", NOTHING},
    {"ordinateur", NOTHING},
    {"vm", NOTHING},
    {"virtual machine", NOTHING},
    {"virtual server", NOTHING},
    {"host", NOTHING},
    {"device", NOTHING},
    {"generic", NOTHING},
    {"generic device", NOTHING},
    {"unknown", NOTHING},
    {"other", NOTHING},
    {"managed", NOTHING},
    {"phone", NOTHING},
    {"ip phone", NOTHING},
    {"voip", NOTHING},
    {"voip phone", NOTHING},
    {"tablet", NOTHING},
    {"mobile", NOTHING},
    {"iot", NOTHING},
};

/* The word with blanks for all that is not a letter or a digit, and one at each
 * end. */
static void type_words_plain(const char *text, char *out, size_t size)
{
	size_t length = 0;

	out[length++] = ' ';
	for (; *text != '\0' && length + 2 < size; text++) {
		unsigned char c = (unsigned char)*text;
		bool letter = c >= 0x80 || isalnum(c);

		if (letter)
			out[length++] = (char)(c < 0x80 ? tolower(c) : c);
		else if (out[length - 1] != ' ')
			out[length++] = ' ';
	}
	if (out[length - 1] != ' ')
		out[length++] = ' ';
	out[length] = '\0';
}

/* " layer 3 switches " has the word switch: one, or several of them. */
static bool type_words_has(const char *text, const char *word, bool whole)
{
	static const char *const ends[] = {" ", "s ", "es ", NULL};
	const char *start = text + 1;
	size_t length = strlen(word);

	for (; (text = strstr(text, word)) != NULL; text++) {
		if (text[-1] != ' ' || (whole && text != start))
			continue;
		for (size_t i = 0; ends[i] != NULL; i++) {
			size_t more = strlen(ends[i]);

			if (strncmp(text + length, ends[i], more) == 0 &&
			    (!whole || text[length + more] == '\0'))
				return true;
		}
	}
	return false;
}

const char *type_words_find(const char *text, bool whole)
{
	const char *found = NULL;
	size_t best = 0;
	char plain[160];

	type_words_plain(text, plain, sizeof plain);
	for (size_t i = 0; i < sizeof type_words / sizeof type_words[0]; i++) {
		/* "Virtual Server, Windows": what says something wins. */
		size_t length = strlen(type_words[i].word) +
				(*type_words[i].types != '\0' ? 100 : 0);

		if (length > best &&
		    type_words_has(plain, type_words[i].word, whole)) {
			best = length;
			found = type_words[i].types;
		}
	}
	return found;
}
