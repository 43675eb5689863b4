"""First words of many protocols, and how a server's answer to them begins. Written out as octets, each with the
document they come from: none is made by preflight."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hello:
    """What a client says first (nothing, where the server begins), and whether an answer is of this protocol."""
    question: bytes
    good: object        # answer -> bool


def _greets(words):
    return Hello(b"", lambda answer: answer.startswith(words))


# RFC 4120 5.4.1: an AS-REQ of nobody@AD.CORP.EXAMPLE. The answer is a KRB-ERROR (5.9.1, application tag 30).
_AS_REQ = bytes.fromhex(
    "6a818a308187a103020105a20302010aa47b3079a00703050000000010a1133011a003020101a10a30081b066e6f626f6479a2111b0f"
    "41442e434f52502e4558414d504c45a3243022a003020102a11b30191b066b72627467741b0f41442e434f52502e4558414d504c45a5"
    "11180f32303337303931333032343830355aa70602045f5e0ff1a8053003020112")
# RFC 4511 4.5.1: search the entry without a name for defaultNamingContext. The answer is a SearchResultEntry.
_ROOT_DSE = bytes.fromhex("303b020101633604000a01000a0100020100020100010100870b6f626a656374436c61737330160414"
                          "64656661756c744e616d696e67436f6e74657874")
# RFC 1002 4.2.17: a node status request for "*".
_NODE_STATUS = bytes.fromhex("12340000000100000000000020434b4141414141414141414141414141414141414141414141414141"
                             "414141410000210001")
# RFC 1002 4.3.2: a session request of TEST to *SMBSERVER. The answer is positive (0x82).
_SESSION = bytes.fromhex("8100004420434b4644454e454346444546464346474546464343414341434143414341434100"
                         "20464545464644464543414341434143414341434143414341434143414341414100")
# MS-CIFS 2.2.4.52 and MS-SMB2 3.3.5.3: SMB_COM_NEGOTIATE that offers SMB 2. The answer is SMB2's.
_NEGOTIATE = bytes.fromhex("00000045ff534d4272000000001853c8000000000000000000000000fffffffe00000000002200024e54204c"
                           "4d20302e31320002534d4220322e3030320002534d4220322e3f3f3f00")
# C706 12.6.4.3: a bind to the endpoint mapper. The answer is a bind_ack (type 12).
_BIND = bytes.fromhex("05000b03100000004800000001000000b810b8100000000001000000000001000883afe11f5dc91191a408002b14a0fa"
                      "03000000045d888aeb1cc9119fe808002b10486002000000")
# MS-TDS 4.1: PRELOGIN, as in the example. The answer is a tabular result (type 4).
_PRELOGIN = bytes.fromhex("1201002f0000010000001a00060100200001020021000103002200040400260001ff"
                          "0900000000000100b80d000001")
# MC-SQLR 2.2.2: CLNT_UCAST_EX. The answer is a SVR_RESP (5).
_INSTANCES = b"\3"
# The ping of tnscmd10g, as published. The answer is a Refuse packet (type 4).
_TNS_PING = (b"\x00\x57\x00\x00\x01\x00\x00\x00\x01\x36\x01\x2c\x00\x00\x08\x00\x7f\xff\x7f\x08\x00\x00\x00\x01"
             b"\x00\x1d\x00\x3a" + bytes(16) + b"\x34\xe6\x00\x00\x00\x01" + bytes(8)
             + b"(CONNECT_DATA=(COMMAND=ping))")
# SAP NI, as SAP's niping sends it to a dispatcher.
_NI_PING = b"\0\0\0\x08NI_PING\0"
# DRDA volume 3, DSS and EXCSAT: an exchange of attributes that names none. The answer is EXCSATRD (0x1443).
_EXCSAT = bytes.fromhex("000ad0010001" "00041041")
_GET = b"GET / HTTP/1.0\r\n\r\n"
_HTTP = Hello(_GET, lambda answer: answer.startswith(b"HTTP/1."))

TCP = {
    21: _greets(b"220 "),
    22: _greets(b"SSH-2.0-"),
    23: _greets(b"\xff"),
    25: _greets(b"220 "),
    80: _HTTP,
    88: Hello(len(_AS_REQ).to_bytes(4, "big") + _AS_REQ, lambda answer: answer[4] == 0x7E),
    135: Hello(_BIND, lambda answer: answer[2] == 12),
    139: Hello(_SESSION, lambda answer: answer[0] == 0x82),
    389: Hello(_ROOT_DSE, lambda answer: answer[0] == 0x30 and b"\x02\x01\x01\x64" in answer[:12]),
    445: Hello(_NEGOTIATE, lambda answer: answer[4:8] == b"\xfeSMB"),
    587: _greets(b"220 "),
    902: _greets(b"220 VMware Authentication Daemon"),
    1433: Hello(_PRELOGIN, lambda answer: answer[0] == 4),
    1521: Hello(_TNS_PING, lambda answer: answer[4] == 4 and b"DESCRIPTION" in answer),
    2222: _greets(b"SSH-2.0-"),
    2223: _greets(b"SSH-2.0-"),
    3200: Hello(_NI_PING, lambda answer: answer[4:].startswith(b"NI_PONG")),
    3268: Hello(_ROOT_DSE, lambda answer: answer[0] == 0x30 and b"\x02\x01\x01\x64" in answer[:12]),
    5985: _HTTP,
    49500: Hello(_PRELOGIN, lambda answer: answer[0] == 4),
    50000: Hello(_EXCSAT, lambda answer: answer[2] == 0xD0 and answer[8:10] == b"\x14\x43"),
}
UDP = {
    88: Hello(_AS_REQ, lambda answer: answer[0] == 0x7E),
    137: Hello(_NODE_STATUS, lambda answer: answer[:3] == b"\x12\x34\x84"),
    389: Hello(_ROOT_DSE, lambda answer: answer[0] == 0x30),
    1434: Hello(_INSTANCES, lambda answer: answer[0] == 5),
}
# Servers that speak TLS from the first octet: the handshake is enough.
TLS = (443, 636, 3269, 9699)
