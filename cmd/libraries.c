/* libraries.c - asks each library for its version. */
#include "cmd/libraries.h"
#include "core/os/text.h"

#include <ares.h>
#include <curl/curl.h>
#include <jansson.h>
#include <libssh/libssh.h>
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/version.h>
#include <openssl/crypto.h>
#include <uv.h>
#include <yaml.h>

void libraries_print(FILE *out)
{
	fprintf(out, "%-10s %s\n", "c-ares", ares_version(NULL));
	fprintf(out, "%-10s %s\n", "curl",
		curl_version_info(CURLVERSION_NOW)->version);
	fprintf(out, "%-10s %s\n", os_text_c_library,
		os_text_c_library_version());
	fprintf(out, "%-10s %s\n", "jansson", jansson_version_str());
	fprintf(out, "%-10s %s\n", "libssh", ssh_version(0));
	fprintf(out, "%-10s %s\n", "libuv", uv_version_string());
	fprintf(out, "%-10s %s\n", "libyaml", yaml_get_version_string());
	fprintf(out, "%-10s %s\n", "net-snmp", netsnmp_get_version());
	fprintf(out, "%-10s %s\n", "openssl",
		OpenSSL_version(OPENSSL_VERSION_STRING));
}
