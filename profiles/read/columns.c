/*
 * columns.c - which column of a table is what, by its name.
 *
 * Names as Auvik, Lansweeper, IT Glue, ConnectWise, Datto, NinjaOne, GLPI and
 * people write them; letters and digits count, A is a, the first of a field
 * that is there wins.
 */
#include "profiles/read/columns.h"
#include "core/base/text.h"

#include <ctype.h>
#include <string.h>

enum { COLUMN_NAME_MAX = 96 };

const char *const column_fields[] = {"address",     "types", "name", "ports",
				     "credentials", "site",  "os",   "hostname",
				     "ignore",      NULL};

/* What preflight itself calls its columns. */
static const char *const column_own[] = {
    "address", "types", "name", "ports", "credentials", "site", NULL};

static const struct column_alias {
	enum column_field field;
	const char *name;
} column_aliases[] = {
    {COLUMN_ADDRESS, "managementip"},
    {COLUMN_ADDRESS, "managementipaddress"},
    {COLUMN_ADDRESS, "managementaddress"},
    {COLUMN_ADDRESS, "mgmtip"},
    {COLUMN_ADDRESS, "mgmtipaddress"},
    {COLUMN_ADDRESS, "primaryip"},
    {COLUMN_ADDRESS, "primaryipaddress"},
    {COLUMN_ADDRESS, "primaryip4"},
    {COLUMN_ADDRESS, "ip"},
    {COLUMN_ADDRESS, "ipaddress"},
    {COLUMN_ADDRESS, "ipaddresses"},
    {COLUMN_ADDRESS, "ips"},
    {COLUMN_ADDRESS, "ipv4"},
    {COLUMN_ADDRESS, "ipv4address"},
    {COLUMN_ADDRESS, "ipaddr"},
    {COLUMN_ADDRESS, "deviceip"},
    {COLUMN_ADDRESS, "deviceipaddress"},
    {COLUMN_ADDRESS, "hostip"},
    {COLUMN_ADDRESS, "lanip"},
    {COLUMN_ADDRESS, "localip"},
    {COLUMN_ADDRESS, "localipaddress"},
    {COLUMN_ADDRESS, "localaddress"},
    {COLUMN_ADDRESS, "internalip"},
    {COLUMN_ADDRESS, "internalipaddress"},
    {COLUMN_ADDRESS, "privateip"},
    {COLUMN_ADDRESS, "privateipaddress"},
    {COLUMN_ADDRESS, "intipaddress"},
    {COLUMN_ADDRESS, "intipaddr"},
    {COLUMN_ADDRESS, "lastip"},
    {COLUMN_ADDRESS, "lastknownip"},
    {COLUMN_ADDRESS, "networkportsip"},
    {COLUMN_ADDRESS, "portsréseauip"},
    {COLUMN_ADDRESS, "ipadresse"},
    {COLUMN_ADDRESS, "adresseip"},
    {COLUMN_ADDRESS, "direcciónip"},
    {COLUMN_ADDRESS, "direccionip"},
    {COLUMN_ADDRESS, "indirizzoip"},
    {COLUMN_ADDRESS, "ipadres"},
    {COLUMN_ADDRESS, "endereçoip"},
    {COLUMN_ADDRESS, "adresip"},
    {COLUMN_ADDRESS, "ipadress"},
    /* Where there is another one, these are streets. */
    {COLUMN_ADDRESS, "address"},
    {COLUMN_ADDRESS, "adresse"},
    {COLUMN_ADDRESS, "ipv6"},
    {COLUMN_ADDRESS, "ipv6address"},
    {COLUMN_ADDRESS, "network"},
    {COLUMN_ADDRESS, "networkaddress"},
    {COLUMN_ADDRESS, "subnet"},
    {COLUMN_ADDRESS, "cidr"},
    {COLUMN_ADDRESS, "iprange"},
    {COLUMN_TYPES, "types"},
    {COLUMN_TYPES, "devicetype"},
    {COLUMN_TYPES, "type"},
    {COLUMN_TYPES, "assettype"},
    {COLUMN_TYPES, "configurationtype"},
    {COLUMN_TYPES, "configtype"},
    {COLUMN_TYPES, "devicerole"},
    {COLUMN_TYPES, "deviceclass"},
    {COLUMN_TYPES, "devicecategory"},
    {COLUMN_TYPES, "nodeclass"},
    {COLUMN_TYPES, "itemtype"},
    {COLUMN_TYPES, "assettypename"},
    {COLUMN_TYPES, "computertype"},
    {COLUMN_TYPES, "category"},
    {COLUMN_TYPES, "role"},
    {COLUMN_TYPES, "class"},
    {COLUMN_TYPES, "kind"},
    {COLUMN_TYPES, "gerätetyp"},
    {COLUMN_TYPES, "geraetetyp"},
    {COLUMN_TYPES, "typ"},
    {COLUMN_TYPES, "tipo"},
    {COLUMN_TYPES, "typedappareil"},
    {COLUMN_TYPES, "soort"},
    {COLUMN_NAME, "name"},
    {COLUMN_NAME, "devicename"},
    {COLUMN_NAME, "assetname"},
    {COLUMN_NAME, "configurationname"},
    {COLUMN_NAME, "displayname"},
    {COLUMN_NAME, "systemname"},
    {COLUMN_NAME, "sysname"},
    {COLUMN_NAME, "hostname"},
    {COLUMN_NAME, "host"},
    {COLUMN_NAME, "hostnames"},
    {COLUMN_NAME, "computername"},
    {COLUMN_NAME, "devicehostname"},
    {COLUMN_NAME, "servername"},
    {COLUMN_NAME, "computer"},
    {COLUMN_NAME, "device"},
    {COLUMN_NAME, "label"},
    {COLUMN_NAME, "asset"},
    {COLUMN_NAME, "friendlyname"},
    {COLUMN_NAME, "gerätename"},
    {COLUMN_NAME, "geraetename"},
    {COLUMN_NAME, "bezeichnung"},
    {COLUMN_NAME, "nom"},
    {COLUMN_NAME, "nombre"},
    {COLUMN_NAME, "nome"},
    {COLUMN_NAME, "naam"},
    {COLUMN_SITE, "site"},
    {COLUMN_SITE, "sitename"},
    {COLUMN_SITE, "location"},
    {COLUMN_SITE, "locationname"},
    {COLUMN_SITE, "iplocation"},
    {COLUMN_SITE, "office"},
    {COLUMN_SITE, "branch"},
    {COLUMN_SITE, "standort"},
    {COLUMN_SITE, "lieu"},
    {COLUMN_SITE, "emplacement"},
    {COLUMN_SITE, "ubicación"},
    {COLUMN_SITE, "locatie"},
    {COLUMN_SITE, "sede"},
    {COLUMN_OS, "os"},
    {COLUMN_OS, "osname"},
    {COLUMN_OS, "operatingsystem"},
    {COLUMN_OS, "operatingsystemname"},
    {COLUMN_OS, "ostype"},
    {COLUMN_OS, "osversion"},
    {COLUMN_OS, "betriebssystem"},
    {COLUMN_OS, "systèmedexploitation"},
    {COLUMN_OS, "sistemaoperativo"},
    {COLUMN_HOST, "fqdn"},
    {COLUMN_HOST, "dnsname"},
    {COLUMN_HOST, "dnshostname"},
    {COLUMN_HOST, "fullyqualifieddomainname"},
    {COLUMN_HOST, "hostname"},
    {COLUMN_HOST, "hostnames"},
    {COLUMN_HOST, "host"},
    {COLUMN_HOST, "computername"},
};

/* Letters and digits of A to Z as a to z; other letters as they are. */
static const char *columns_plain(const char *name, char out[COLUMN_NAME_MAX])
{
	size_t length = 0;

	for (; *name != '\0' && length + 1 < COLUMN_NAME_MAX; name++) {
		unsigned char c = (unsigned char)*name;

		if (c >= 0x80 || isalnum(c))
			out[length++] = (char)(c < 0x80 ? tolower(c) : c);
	}
	out[length] = '\0';
	return out;
}

bool columns_same(const char *name, const char *other)
{
	char left[COLUMN_NAME_MAX], right[COLUMN_NAME_MAX];

	return *columns_plain(name, left) != '\0' &&
	       strcmp(left, columns_plain(other, right)) == 0;
}

/* "IP (LAN)", "Netzwerk - IP": the letters ip stand alone, and it is not the
 * address of something else. */
static bool columns_says_ip(const char *name)
{
	static const char *const others[] = {
	    "public", "external", "wan",    "gateway", "dns",
	    "dhcp",   "version",  "phone",  "voip",    "mask",
	    "count",  "type",     "extern", "öffent",  NULL};
	const char *at = name;

	for (size_t i = 0; others[i] != NULL; i++)
		if (text_casestr(name, others[i]) != NULL)
			return false;
	while ((at = text_casestr(at, "ip")) != NULL) {
		bool left = at == name || !isalpha((unsigned char)at[-1]);

		if (left && !isalpha((unsigned char)at[2]))
			return true;
		at += 2;
	}
	return false;
}

static bool columns_is_own(const char *name)
{
	for (size_t i = 0; column_own[i] != NULL; i++)
		if (strcmp(column_own[i], name) == 0)
			return true;
	return false;
}

/* Ports of a switch and keys of a safe have the same names elsewhere. */
static void columns_find_own(const struct csv *c, struct columns *out)
{
	for (size_t i = 0; i < c->count; i++) {
		const char *name = c->cells[i].text;

		if (strcmp(name, "ports") == 0)
			out->at[COLUMN_PORTS] = i;
		else if (text_casecmp(name, "credentials") == 0)
			out->at[COLUMN_CREDENTIALS] = i;
		out->own = out->own && columns_is_own(name);
	}
}

static bool columns_is_mapped(const char *name, const struct column_map *maps,
			      size_t map_count)
{
	for (size_t i = 0; i < map_count; i++)
		if (columns_same(name, maps[i].column))
			return true;
	return false;
}

static void columns_find_aliases(const struct csv *c,
				 const struct column_map *maps,
				 size_t map_count, struct columns *out)
{
	char plain[COLUMN_NAME_MAX];

	for (size_t a = 0; a < sizeof column_aliases / sizeof column_aliases[0];
	     a++) {
		size_t *at = &out->at[column_aliases[a].field];

		for (size_t i = 0; i < c->count && *at == COLUMN_NONE; i++)
			if (strcmp(columns_plain(c->cells[i].text, plain),
				   column_aliases[a].name) == 0 &&
			    !columns_is_mapped(c->cells[i].text, maps,
					       map_count))
				*at = i;
	}
	for (size_t i = 0;
	     i < c->count && out->at[COLUMN_ADDRESS] == COLUMN_NONE; i++)
		if (columns_says_ip(c->cells[i].text) &&
		    strlen(c->cells[i].text) < 40 &&
		    !columns_is_mapped(c->cells[i].text, maps, map_count))
			out->at[COLUMN_ADDRESS] = i;
}

void columns_find(const struct csv *c, const struct column_map *maps,
		  size_t map_count, struct columns *out)
{
	for (size_t i = 0; i < COLUMN_FIELDS; i++)
		out->at[i] = COLUMN_NONE;
	out->own = true;
	columns_find_own(c, out);
	for (size_t m = 0; m < map_count; m++)
		for (size_t i = 0; i < c->count; i++)
			if (columns_same(c->cells[i].text, maps[m].column) &&
			    maps[m].field != COLUMN_IGNORE)
				out->at[maps[m].field] = i;
	columns_find_aliases(c, maps, map_count, out);
	out->count = 0;
	for (size_t i = 0; i < COLUMN_FIELDS; i++)
		out->count += out->at[i] != COLUMN_NONE;
}

bool columns_use(const struct columns *c, size_t column)
{
	for (size_t i = 0; i < COLUMN_FIELDS; i++)
		if (c->at[i] == column)
			return true;
	return false;
}

const char *columns_mistyped(const struct csv *c, const struct columns *found,
			     size_t column)
{
	const char *name = c->cells[column].text, *near;
	size_t own = 0;

	for (size_t i = 0; i < c->count; i++) {
		if (columns_is_own(c->cells[i].text))
			own++;
		else if (columns_use(found, i))
			return NULL;
	}
	if (own == 0 || columns_use(found, column))
		return NULL;
	near = text_nearest_of(name, column_own);
	for (size_t i = 0; near != NULL && i < c->count; i++)
		if (strcmp(c->cells[i].text, near) == 0)
			return NULL;
	return near;
}
