"""The vmware check takes a ServiceContent as proof, and describes the certificate unjudged."""
from harness import Case, tcp
from winrm import reply, with_tls

CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
<RetrieveServiceContentResponse xmlns="urn:vim25"><returnval>
<rootFolder type="Folder">ha-folder-root</rootFolder>
<about><name>VMware ESXi</name><fullName>VMware ESXi 7.0.3 build-21930508</fullName>
<vendor>VMware, Inc.</vendor><version>7.0.3</version><build>21930508</build>
<osType>vmnix-x86</osType><apiType>HostAgent</apiType><apiVersion>7.0.3.0</apiVersion></about>
</returnval></RetrieveServiceContentResponse></soapenv:Body></soapenv:Envelope>"""
FAULT = """<soapenv:Envelope><soapenv:Body><soapenv:Fault><faultcode>ServerFaultCode</faultcode>
<faultstring>Unsupported &quot;version&quot;</faultstring></soapenv:Fault></soapenv:Body>
</soapenv:Envelope>"""


def asked_well(got):
    data = b"".join(got)
    return (data.startswith(b"POST /sdk HTTP/1.1\r\n") and b"RetrieveServiceContent" in data
            and b"Authorization" not in data)


CASES = [
    Case("esxi", "vmware", "REPLY-OK", with_tls(reply("200 OK", (), CONTENT)), families=(4, 6),
         exit=0, received=asked_well,
         facts={"product": "VMware ESXi", "version": "7.0.3", "build": "21930508",
                "api-type": "HostAgent", "api-version": "7.0.3.0", "status": 200,
                "tls-subject": lambda v: "windows.example" in v}),
    Case("fault", "vmware", "REPLY-BAD-REPLY",
         with_tls(reply("500 Internal Server Error", (), FAULT)),
         facts={"status": 500, "fault": 'Unsupported "version"'}),
    Case("management-down", "vmware", "REPLY-BAD-REPLY",
         with_tls(reply("503 Service Unavailable", (), "Failed to connect to endpoint")),
         facts={"status": 503}, exit=1),
    Case("other-server", "vmware", "REPLY-BAD-REPLY",
         with_tls(reply("404 Not Found", ["Server: nginx"], "<html/>")),
         facts={"status": 404, "server": "nginx"}),
    Case("plain-http", "vmware", "TLS-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(reply("400 Bad Request")), c.hold()))),
    Case("closed-in-handshake", "vmware", "TLS-RESET", tcp(lambda c: c.recv())),
    Case("mute", "vmware", "TLS-TIMEOUT", tcp(lambda c: c.hold()), seconds=(14, 19)),
    Case("refused", "vmware", "CONNECT-REFUSED", families=(4, 6), exit=1),
]
