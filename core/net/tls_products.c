/*
 * tls_products.c - products that intercept TLS, by the issuer they sign with.
 *
 * Sources: the default CA names that the vendors' manuals show. A word stands
 * here only if no public CA carries it in its name.
 */
#include "core/net/tls_products.h"
#include "core/base/text.h"

#include <stddef.h>
#include <string.h>

static const struct inspect_issuer {
	const char *word;
	const char *product;
} inspect_issuers[] = {
    {"fortinet", "Fortinet FortiGate"},
    {"fortigate", "Fortinet FortiGate"},
    {"zscaler", "Zscaler"},
    {"palo alto", "Palo Alto Networks"},
    {"paloalto", "Palo Alto Networks"},
    {"sophos", "Sophos Firewall"},
    {"astaro", "Sophos UTM"},
    {"cyberoam", "Sophos Cyberoam"},
    {"check point", "Check Point"},
    {"checkpoint", "Check Point"},
    {"cisco umbrella", "Cisco Umbrella"},
    {"opendns", "Cisco Umbrella"},
    {"ironport", "Cisco Secure Web Appliance"},
    {"cisco secure web", "Cisco Secure Web Appliance"},
    {"meraki", "Cisco Meraki"},
    {"firepower", "Cisco Secure Firewall"},
    {"watchguard", "WatchGuard"},
    {"fireware", "WatchGuard"},
    {"sonicwall", "SonicWall"},
    {"sonic wall", "SonicWall"},
    {"barracuda", "Barracuda"},
    {"netskope", "Netskope"},
    {"goskope", "Netskope"},
    {"forcepoint", "Forcepoint"},
    {"websense", "Forcepoint"},
    {"stonesoft", "Forcepoint"},
    {"bluecoat", "Symantec ProxySG (Blue Coat)"},
    {"blue coat", "Symantec ProxySG (Blue Coat)"},
    {"symantec web", "Symantec Web Security"},
    {"cloud soc", "Symantec CloudSOC"},
    {"mcafee web", "Skyhigh (McAfee) Web Gateway"},
    {"skyhigh", "Skyhigh (McAfee) Web Gateway"},
    {"trellix", "Skyhigh (McAfee) Web Gateway"},
    {"untangle", "Untangle"},
    {"arista edge threat", "Untangle"},
    {"smoothwall", "Smoothwall"},
    {"lightspeed", "Lightspeed"},
    {"iboss", "iboss"},
    {"contentkeeper", "ContentKeeper"},
    {"menlo security", "Menlo Security"},
    {"cato networks", "Cato Networks"},
    {"gateway ca - cloudflare managed", "Cloudflare Gateway"},
    {"cloudflare for teams", "Cloudflare Gateway"},
    {"trend micro", "Trend Micro Web Security"},
    {"iwsva", "Trend Micro Web Security"},
    {"securly", "Securly"},
    {"goguardian", "GoGuardian"},
    {"linewize", "Linewize"},
    {"dnsfilter", "DNSFilter"},
    {"hillstone", "Hillstone"},
    {"huawei usg", "Huawei USG"},
    {"sangfor", "Sangfor"},
    {"stormshield", "Stormshield"},
    {"netasq", "Stormshield"},
    {"clavister", "Clavister"},
    {"gfi software", "GFI Kerio"},
    {"kerio", "GFI Kerio"},
    {"ipfire", "IPFire"},
    {"pfsense", "pfSense"},
    {"opnsense", "OPNsense"},
    {"artica", "Artica"},
    {"e2guardian", "e2guardian"},
    {"diladele", "Web Safety"},
    {"squid", "Squid"},
    {"f5 ssl orchestrator", "F5 SSL Orchestrator"},
    {"a10 networks", "A10 Thunder"},
    {"gigamon", "Gigamon"},
    {"kaspersky", "Kaspersky"},
    {"eset ssl filter", "ESET"},
    {"eset, spol", "ESET"},
    {"bitdefender", "Bitdefender"},
    {"avast", "Avast"},
    {"avg technologies", "AVG"},
    {"avira", "Avira"},
    {"dr.web", "Dr.Web"},
    {"g data", "G DATA"},
    {"bullguard", "BullGuard"},
    {"adguard", "AdGuard"},
    {"net nanny", "Net Nanny"},
    {"contentwatch", "Net Nanny"},
    {"qustodio", "Qustodio"},
    {"superfish", "Superfish"},
    {"edellroot", "Dell eDellRoot"},
    {"mitmproxy", "mitmproxy"},
    {"portswigger", "Burp Suite"},
    {"burp", "Burp Suite"},
    {"charles proxy", "Charles"},
    {"do_not_trust_fiddlerroot", "Fiddler"},
    {"fiddler", "Fiddler"},
    {"owasp zap", "ZAP"},
    {"zed attack proxy", "ZAP"},
    {"proxyman", "Proxyman"},
};

const char *tls_products_product(const char *issuer)
{
	size_t count = sizeof(inspect_issuers) / sizeof(inspect_issuers[0]);

	for (size_t i = 0; i < count; i++) {
		if (text_casestr(issuer, inspect_issuers[i].word) != NULL)
			return inspect_issuers[i].product;
	}
	return NULL;
}
