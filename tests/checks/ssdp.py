"""The ssdp check collects whoever answers a search; nobody is no verdict."""
from harness import Case
from mdns import ROUTES, responders

ANSWER = ("HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\n"
          "LOCATION: http://10.9.0.1:5000/root.xml\r\nSERVER: {}\r\nST: upnp:rootdevice\r\n"
          "USN: uuid:1::upnp:rootdevice\r\n\r\n")


def devices(data, address):
    return [ANSWER.format(f"Linux UPnP/1.1 box-{address[-1]}").encode()] * 2


def hostile(data, address):
    return [ANSWER.format("\x1b[2J\x07x").encode()] if address == "10.9.0.1" else []


def noise(data, address):
    return [b"", b"hello", data, b"HTTP/1.1 404 Not Found\r\n\r\n", b"HTTP/1.1 2"]


def asked_well(got):
    lines = got[0].decode().split("\r\n")
    return (lines[0] == "M-SEARCH * HTTP/1.1" and lines[-2:] == ["", ""]
            and "HOST: 239.255.255.250:1900" in lines and 'MAN: "ssdp:discover"' in lines
            and "MX: 1" in lines and "ST: upnp:rootdevice" in lines)


def case(title, code, make, **more):
    return Case(title, "ssdp", code, responders("239.255.255.250", 1900, make),
                target="239.255.255.250", setup=ROUTES, **more)


CASES = [
    case("two-devices", "REPLY-OK", devices, received=asked_well, seconds=(1, 3), exit=0,
         facts={"count": 2, "responders": lambda v: sorted(v) == ["10.9.0.1", "10.9.0.2"],
                "servers": lambda v: sorted(v) == ["Linux UPnP/1.1 box-1",
                                                   "Linux UPnP/1.1 box-2"]}),
    case("hostile-text", "REPLY-OK", hostile, facts={"servers": ["\\x1b[2J\\x07x"]}),
    case("noise", "LOCAL-LOCAL", noise, why="no-witness", seconds=(1, 3)),
    case("nobody", "LOCAL-LOCAL", lambda data, address: [], why="no-witness", seconds=(1, 3)),
]
