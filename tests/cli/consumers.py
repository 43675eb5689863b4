"""Readers of preflight's formats, written from what their makers say of them."""
import csv
import io
import json
import re
import socket
import struct
import threading
import zlib
from xml.etree import ElementTree


def csv_rows(text):
    """RFC 4180: CRLF, as many cells in each line as in the first; no formula."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", ""), "lines end in CR LF"
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}, [len(row) for row in rows]
    for row in rows:
        for cell in row:
            assert cell.lstrip(" ")[:1] not in set("=+-@＝＋－＠"), cell
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def prtg_channels(channels, text):
    """The contract of EXE/Script Advanced: at most 50 channels of unique names, whole values, 2,000 characters of text."""
    assert 0 < len(channels) <= 50, len(channels)
    names = [c["channel"] for c in channels]
    assert len(set(names)) == len(names), names
    for c in channels:
        assert set(c) <= {"channel", "value", "unit", "LimitMode", "LimitMaxWarning", "LimitMaxError"}, c
        assert c["unit"] in ("Count", "TimeResponse") and re.fullmatch(r"-?\d+", str(c["value"])), c
        if "LimitMode" in c:
            assert int(c["LimitMode"]) == 1 and len({"LimitMaxWarning", "LimitMaxError"} & set(c)) > 0, c
    assert 0 < len(text) <= 2000 and text.isascii() and "\n" not in text, text
    return {c["channel"]: c for c in channels}


def prtg_json(text):
    document = json.loads(text)
    assert list(document) == ["prtg"], document
    sensor = document["prtg"]
    if sensor.get("error") == 1:
        assert set(sensor) == {"error", "text"}, sensor
        return sensor["text"]
    assert set(sensor) == {"text", "result"}, set(sensor)
    return prtg_channels(sensor["result"], sensor["text"])


def prtg_xml(text):
    root = ElementTree.fromstring(text)
    assert root.tag == "prtg", root.tag
    if root.findtext("error") == "1":
        return root.findtext("text")
    assert {child.tag for child in root} == {"result", "text"}
    return prtg_channels([{part.tag: part.text for part in result} for result in root.findall("result")],
                         root.findtext("text"))


def prtg_state(channels):
    """What PRTG makes of the limits: 0 up, 1 warning, 2 down."""
    def above(c, limit):
        return limit in c and int(c["value"]) > int(c[limit])
    if any(above(c, "LimitMaxError") for c in channels.values()):
        return 2
    return int(any(above(c, "LimitMaxWarning") for c in channels.values()))


CHECKMK = re.compile(r'([0123P]) "([^"|\\;]+)" (-|[^ ]+) (.*)')
METRIC = re.compile(r"[A-Za-z_][\w.]*=-?\d+(\.\d+)?(;[\d.]*){0,4}")


def checkmk_services(text):
    """Four parts, one blank between them; metrics by `|`; unique names."""
    services = {}
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        m = CHECKMK.fullmatch(line)
        assert m and "|" not in m[4], line
        assert m[3] == "-" or all(METRIC.fullmatch(part) for part in m[3].split("|")), m[3]
        assert m[2] not in services, m[2]
        services[m[2]] = (int(m[1]), m[3], m[4].split("\\n"))
    return services


def nagios(text):
    """First line with its performance data, then the long text."""
    assert text.endswith("\n")
    first, *rest = text[:-1].split("\n")
    assert first.count("|") <= 1 and not any("|" in line for line in rest), text
    shown, _, data = first.partition("|")
    assert len(shown.strip()) < 80 and shown.isascii(), first
    labels = re.findall(r"'([^'=]+)'=(-?[\d.]+)(?:s|B|%|c)?(?:;[\d.]*){0,4}", data)
    return shown.strip(), dict(labels), rest


def datto(text):
    """The text of STATUS, and the diagnostic."""
    m = re.fullmatch(r"<-Start Result->\nSTATUS=([^\n]*)\n<-End Result->\n"
                     r"<-Start Diagnostic->\n(.*)<-End Diagnostic->\n", text, re.S)
    assert m and 0 < len(m[1]) <= 255 and m[1].isascii(), text
    return m[1], m[2]


class Zabbix:
    """A Zabbix server for one zabbix_sender: takes its values."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.values = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            with peer:
                magic, flags, length, unpacked = struct.unpack("<4sBII", self.read(peer, 13))
                assert magic == b"ZBXD", magic
                body = self.read(peer, length)
                if flags & 2:
                    body = zlib.decompress(body)
                    assert len(body) == unpacked
                data = json.loads(body)["data"]
                self.values += data
                answer = json.dumps({"response": "success", "info": f"processed: {len(data)}; failed: 0; "
                                     f"total: {len(data)}; seconds spent: 0.000100"}).encode()
                peer.sendall(struct.pack("<4sBII", b"ZBXD", 1, len(answer), 0) + answer)

    @staticmethod
    def read(peer, length):
        data = b""
        while len(data) < length:
            part = peer.recv(length - len(data))
            assert part, "the sender closed"
            data += part
        return data

    def close(self):
        self.socket.close()
