/* findings_web.c - causes in TLS, HTTP and proxies. */
#include "report/diagnose/findings.h"

const struct finding_entry findings_web[] = {
    {.code = "tls-intercepted",
     .owner = OWNER_FIREWALL,
     .title = "TLS is opened on the way by {subject}",
     .meaning = "Somebody between this host and the vendor ends the "
		"encrypted connection and signs a certificate of its own. "
		"Products that check who they talk to refuse that.",
     .decided = "Certificates for the right names are signed by an "
		"authority that is not public: for hosts of several "
		"owners, by a known inspection product, or by a root "
		"that was added to this host.",
     .remedies = {{OWNER_FIREWALL,
		   {"Exempt this host ({source}) from TLS inspection on the "
		    "firewall or proxy: a bypass rule by source address",
		    "If rules go by destination, exempt the host names of "
		    "this product: {rules}",
		    "Run preflight again: the issuer must then be a public "
		    "one"}},
		  {OWNER_PROXY,
		   {"Exempt this host ({source}) from TLS inspection on the "
		    "proxy: a bypass rule by source address",
		    "If rules go by destination, exempt the host names of "
		    "this product: {rules}",
		    "Run preflight again: the issuer must then be a public "
		    "one"}}},
     .confirm_by = "comparing the issuer with the one that a host outside "
		   "this network sees"},
    {.code = "tls-name-mismatch",
     .owner = OWNER_VENDOR,
     .title = "The certificate of {subject} is for another name",
     .meaning = "The host that answers does not hold a certificate for the "
		"name that was asked: the name leads to the wrong host, or "
		"the server is misconfigured.",
     .decided = "The chain is good; the name that was asked for is "
		"not in the certificate.",
     .lookalikes = "DNS that sends the name to another host.",
     .remedies = {{OWNER_VENDOR,
		   {"Compare the address with what a public resolver says for "
		    "{subject}",
		    "If it is the same, report the certificate to the owner "
		    "of the host"}}},
     .confirm_by = "the address that a resolver outside this site gives for "
		   "{subject}"},
    {.code = "tls-expired",
     .owner = OWNER_VENDOR,
     .title = "The certificate of {subject} is not valid today",
     .meaning = "The certificate has expired or is not yet valid, by this "
		"host's clock.",
     .decided = "The certificate is outside its validity, while "
		"certificates of other hosts are fine by the same "
		"clock.",
     .lookalikes = "A wrong clock on this host: then several hosts fail at "
		   "once.",
     .remedies = {{OWNER_VENDOR,
		   {"Report the certificate to the owner of {subject}"}}},
     .confirm_by = "a clock that is known to be right"},
    {.code = "tls-version",
     .owner = OWNER_VENDOR,
     .title = "{subject} and this host have no TLS version or cipher in "
	      "common: {detail}",
     .meaning = "The other side speaks TLS, and none that is still safe: "
		"the connection cannot be built. Products of today refuse it, "
		"too.",
     .decided = "The handshake ended with an alert, or with an answer, that "
		"is about the version or the cipher.",
     .lookalikes = "A middlebox that ends TLS with an old library.",
     .remedies = {{OWNER_VENDOR,
		   {"Compare with another network: openssl s_client -connect "
		    "HOST:PORT -tls1_2",
		    "If it is the same there, report it to the owner of "
		    "{subject}; else look for the device in between"}},
		  {OWNER_DEVICE,
		   {"Bring the firmware of {subject} up to date, and switch "
		    "TLS 1.2 or later on",
		    "openssl s_client -connect HOST:PORT -tls1 shows what it "
		    "offers"}}},
     .confirm_by = "openssl s_client against {subject} from another network"},
    {.code = "tls-chain-incomplete",
     .owner = OWNER_VENDOR,
     .title = "{subject} does not send its intermediate certificate",
     .meaning = "The server leaves out a certificate that clients need. "
		"Browsers may hide this, programs fail.",
     .decided = "The issuer of the certificate was not sent and is not a "
		"root.",
     .remedies = {{OWNER_VENDOR,
		   {"Have the server of {subject} send the whole chain"}}},
     .confirm_by = "openssl s_client -showcerts against {subject} from "
		   "outside this network"},
    {.code = "tls-untrusted",
     .owner = OWNER_VENDOR,
     .title = "The certificate of {subject} is not trusted",
     .meaning = "The certificate is signed by an authority that this host "
		"does not know. One host alone does not show whether the "
		"server or somebody on the way is at fault.",
     .decided = "The chain ends in an authority that is neither "
		"public nor, as far as can be seen, an inspector: one "
		"host only.",
     .lookalikes = "TLS inspection of this one host.",
     .remedies = {{OWNER_VENDOR,
		   {"Look at the issuer: {detail}",
		    "If it is the vendor's own authority, install its root on "
		    "this host; if it belongs to a firewall or proxy, exempt "
		    "this host ({source}) from TLS inspection"}}},
     .confirm_by = "comparing the issuer with the one that a host outside "
		   "this network sees"},
    {.code = "sni-filtered",
     .owner = OWNER_FIREWALL,
     .title = "TLS connections to {subject} are cut off by name",
     .meaning = "The port opens, but the connection is torn down as soon as "
		"the name is sent, while other names on the same port work: a "
		"filter reads the name.",
     .decided = "Reset in the TLS handshake for {subject}; other hosts "
		"completed theirs.",
     .lookalikes = "A server that is broken in the same way.",
     .remedies = {{OWNER_FIREWALL,
		   {"On the firewall or proxy, allow {subject} in the web or "
		    "application filter for {source}",
		    "Look for a category block (\"cloud\", \"remote "
		    "access\")"}}},
     .confirm_by = "the filter's log, or the same connection from a network "
		   "without it"},
    {.code = "payload-reset",
     .owner = OWNER_FIREWALL,
     .title = "Connections on {paths} open, then are torn down",
     .meaning = "The TCP handshake works, but the first data ends the "
		"connection, for every host: a filter looks at the content.",
     .decided = "All {targets} were reset after the connection had opened; "
		"none on this port completed.",
     .lookalikes = "A filter by name that holds every host of this "
		   "profile.",
     .remedies = {{OWNER_FIREWALL,
		   {"On the firewall, look at application control and IPS for "
		    "{paths} from {source}",
		    "Allow the product's hosts: {rules}"}}},
     .confirm_by = "the firewall's log for {source}"},
    {.code = "payload-dropped",
     .owner = OWNER_FIREWALL,
     .title = "Connections on {paths} open, then nothing passes",
     .meaning = "The TCP handshake works, but no data comes back, for every "
		"host: a filter swallows the content.",
     .decided = "All {targets} went silent after the connection had opened; "
		"none on this port completed.",
     .lookalikes = "Large packets that get lost (mtu-black-hole).",
     .remedies = {{OWNER_FIREWALL,
		   {"On the firewall, look at application control and IPS for "
		    "{paths} from {source}",
		    "Allow the product's hosts: {rules}",
		    "If the link is a tunnel or PPPoE, check the MTU too"}}},
     .confirm_by = "the firewall's log for {source}; a test with small "
		   "segments rules the MTU out"},
    {.code = "mtu-black-hole",
     .owner = OWNER_INTERNET,
     .title = "Large packets get lost on the way ({paths})",
     .meaning = "Connections open and small packets pass, large ones "
		"vanish: a link on the way has a smaller MTU, and the message "
		"that says so is blocked.",
     .decided = "Connections open and stay silent for every host, "
		"although the requests are acknowledged, or the same "
		"connections work with small segments.",
     .lookalikes = "A filter that swallows the content (payload-dropped).",
     .remedies = {{OWNER_INTERNET,
		   {"On the router, clamp the TCP MSS to the path MTU "
		    "(PPPoE: 1452)",
		    "Let ICMP \"fragmentation needed\" (type 3 code 4) and "
		    "ICMPv6 \"packet too big\" pass",
		    "Ask the provider for the MTU of the line"}},
		  {OWNER_FIREWALL,
		   {"Let ICMP \"fragmentation needed\" (type 3 code 4) and "
		    "ICMPv6 \"packet too big\" pass the firewall",
		    "Clamp the TCP MSS to the path MTU"}}},
     .confirm_by = "ping -M do -s 1472 against smaller sizes"},
    {.code = "captive-portal",
     .owner = OWNER_LOCAL_NETWORK,
     .title = "A captive portal answers for everybody{subject}",
     .meaning = "Web requests are answered by a log-in page of this network "
		"instead of the hosts asked.",
     .decided = "Hosts of several owners answer with a redirect to "
		"one other host, or show one foreign certificate, or "
		"a log-in page was recognised.",
     .remedies = {{OWNER_LOCAL_NETWORK,
		   {"Move this host to a network without a log-in page, or "
		    "log it in",
		    "Exempt this host ({source}) by its MAC address on the "
		    "access controller"}}},
     .confirm_by = "opening any http:// page from this host"},
    {.code = "block-page",
     .owner = OWNER_FIREWALL,
     .title = "A web filter blocks {subject}",
     .meaning = "A page of a filter came instead of the host asked.",
     .decided = "The page is recognised (its product, its title, "
		"status 451); a foreign certificate for the same host "
		"goes with it.",
     .remedies = {{OWNER_FIREWALL,
		   {"Allow {subject} for {source} in the web filter",
		    "If the filter goes by category, have the host "
		    "re-categorised or add an exception"}}},
     .confirm_by = "the web filter's log for {source}"},
    {.code = "redirect-refused",
     .owner = OWNER_VENDOR,
     .title = "{subject} sends visitors elsewhere: {detail}",
     .meaning = "The answer is a redirect to another site, or to something "
		"that is no web address. It was not followed: nothing proves "
		"that the right server gave it. Other hosts answer normally.",
     .decided = "A plain HTTP answer redirects to a host of another owner "
		"that the profile does not name, while plain HTTP to other "
		"owners works: not a portal for everybody.",
     .lookalikes = "A web filter that redirects to its page for this host "
		   "only; a vendor that has moved.",
     .remedies = {{OWNER_VENDOR,
		   {"Compare with another network: curl -sI http://{subject}/",
		    "If it is the same there, the host has moved: report it to "
		    "the vendor (and to the author of the profile)",
		    "If not, look at the web filter of this site"}}},
     .confirm_by = "the same request from another network"},
    {.code = "idle-drop",
     .owner = OWNER_FIREWALL,
     .title = "A connection that says nothing for {detail} is dropped on the "
	      "way ({targets})",
     .meaning = "The connection was fine, was left idle, and was dead "
		"afterwards: a firewall forgets idle connections early. The "
		"product's live connection will break whenever it is quiet.",
     .decided = "A web socket answered, was held idle, and then a ping over "
		"it had no answer, or a reset for one.",
     .lookalikes = "A server that closes idle connections without a word.",
     .remedies = {{OWNER_FIREWALL,
		   {"On the firewall, raise the timeout of idle TCP "
		    "connections (RFC 5382 asks for 2 hours and 4 minutes at "
		    "least), for {rules} if not for all",
		    "Look for NAT devices on the way with a shorter memory"}}},
     .confirm_by = "the firewall's session timeout, or a shorter hold that "
		   "works"},
    {.code = "proxy-unreachable",
     .owner = OWNER_PROXY,
     .title = "The proxy {subject} cannot be reached",
     .meaning = "Everything that goes through the proxy fails before the "
		"internet is involved.",
     .decided = "No request got through the proxy: it could not be "
		"connected to, or never answered.",
     .remedies = {{OWNER_PROXY,
		   {"Check address and port of the proxy: {subject}",
		    "Check that the proxy runs and accepts {source}"}}},
     .confirm_by = "a connection to the proxy from another host"},
    {.code = "proxy-auth-required",
     .owner = OWNER_PROXY,
     .title = "The proxy {subject} wants a user name",
     .meaning = "The proxy answered 407: without (right) credentials it "
		"forwards nothing.",
     .decided = "The proxy answered with HTTP status 407.",
     .remedies = {{OWNER_PROXY,
		   {"Give the product a proxy account, or exempt {source} "
		    "from authentication on the proxy",
		    "To test with an account: --proxy-auth env:NAME or "
		    "file:PATH"}}}},
    {.code = "proxy-forbids",
     .owner = OWNER_PROXY,
     .title = "The proxy {subject} forbids {targets}",
     .meaning = "The proxy is there and answers, and says no to these "
		"destinations.",
     .decided = "The proxy answered the request with an error of its "
		"own (403 and the like).",
     .remedies = {{OWNER_PROXY,
		   {"On the proxy, allow CONNECT from {source} to {rules} "
		    "({paths})"}}}},
    {.code = "proxy-upstream",
     .owner = OWNER_PROXY,
     .title = "The proxy {subject} cannot reach {targets}",
     .meaning = "The proxy accepts the request but does not get through to "
		"the target itself.",
     .decided = "The proxy answered with a gateway error (502, 503, "
		"504), or went silent for these targets while it "
		"served others.",
     .lookalikes = "A target that is down.",
     .remedies = {{OWNER_PROXY,
		   {"From the proxy, test the way to {targets} ({paths})",
		    "Check the proxy's own DNS and the firewall in front of "
		    "it"}}},
     .confirm_by = "the same request from the proxy itself"},
    {.code = "proxy-needed",
     .owner = OWNER_PROXY,
     .title = "Direct web access is closed: this site seems to want a proxy",
     .meaning = "Nothing on the web answers directly, on any port, while "
		"a proxy is configured here.",
     .decided = "Neither port 80 nor port 443 of any host answers, "
		"for at least three owners, while other ports of the "
		"internet do, or proxy settings were found on this "
		"host.",
     .remedies = {{OWNER_PROXY,
		   {"Ask for this site's proxy, and have the product use it",
		    "Run preflight again with --proxy URL (or --proxy env)",
		    "Or allow {paths} directly from {source}"}}},
     .confirm_by = "preflight run with --proxy env"},
    {.code = "websocket-stripped",
     .owner = OWNER_PROXY,
     .title = "The switch to a web socket is removed on the way to "
	      "{subject}",
     .meaning = "The request reaches the server, but without its Upgrade "
		"header: a proxy or firewall handles it as plain HTTP. The "
		"product's live connection cannot be built.",
     .decided =
	 "The server answered as if the Upgrade header had not come (426).",
     .lookalikes = "A server that offers no web socket at this path.",
     .remedies = {{OWNER_PROXY,
		   {"On the proxy or firewall, allow WebSocket (HTTP Upgrade) "
		    "for {subject}",
		    "Or exempt {subject} from HTTP inspection for "
		    "{source}"}},
		  {OWNER_FIREWALL,
		   {"On the firewall, allow WebSocket (HTTP Upgrade) for "
		    "{subject}",
		    "Or exempt {subject} from HTTP inspection for "
		    "{source}"}}},
     .confirm_by = "the same request from a network without that proxy"},
    {.code = NULL}};
