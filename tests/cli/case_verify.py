"""Signatures of released files: made by packaging/sign, checked by the product and by minisign."""
import subprocess

from harness import ROOT, Bad, one_line

SIGN = str(ROOT / "packaging/sign")
KEY = "RWQDY62OMGcgCs8EQnAR25lm8JSakLAi7Syy6aeJtYfkHEieWFbY287P"

BAD = [
    Bad("verify takes a file.", ["verify"], ["one file"]),
    Bad("verify takes one file.", ["verify", "a", "b"], ["one file"]),
    Bad("A build without a key asks for one.", ["verify", "a"], ["no key of a releaser", "--key KEY"], files={"a": "x"}),
    Bad("A file that is not there is named.", ["verify", "a", "--key", KEY], ["cannot open"]),
    Bad("A file without a signature.", ["verify", "a", "--key", KEY], ["a.minisig"], files={"a": "x"}),
    Bad("A signature that is none.", ["verify", "a", "--key", KEY], ["a.minisig", "not a signature of minisign"],
        files={"a": "x", "a.minisig": "hello\nworld\n"}),
    Bad("A signature with an empty line.", ["verify", "a", "--key", KEY], ["not a signature of minisign"],
        files={"a": "x", "a.minisig": "hello"}),
    Bad("A signature of megabytes is not read.", ["verify", "a", "--key", KEY], ["a.minisig", "at most"],
        files={"a": "x", "a.minisig": "x" * 5000}),
    Bad("A key that is none.", ["verify", "a", "--key", "k"], ["this is not a public key"],
        files={"a": "x", "k": "RWQDY62OMGcg\n"}),
]


def signed(box, name="file", content=bytes(range(256)) * 4096):
    """Makes a key and a file that it signs."""
    box.make({name: content})
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", "key.pem"], cwd=box.path, check=True)
    public = subprocess.run([SIGN, "--public", "key.pem"], cwd=box.path, check=True, capture_output=True, text=True).stdout
    box.make({"key.pub": public})
    subprocess.run([SIGN, "key.pem", name], cwd=box.path, check=True, env=box.env({"SOURCE_DATE_EPOCH": "1700000000"}))
    return public


def case_good(box):
    """What packaging/sign signs is good for the product, by a key in a file and on the line, and for minisign."""
    public = signed(box)
    for key in ("key.pub", public.splitlines()[1]):
        done = box.preflight("verify", "file", "--key", key)
        assert done.status == 0 and "timestamp:1700000000\tfile:file\thashed" in done.text, (done.text, done.errors)
    document = box.preflight("verify", "file", "--key", "key.pub", "--format", "json").json()
    assert document["schema"] == "preflight.verify/1" and document["key"] in public, document
    other = subprocess.run(["minisign", "-Vm", "file", "-p", "key.pub"], cwd=box.path, capture_output=True, text=True)
    assert other.returncode == 0, other.stderr


def case_of_minisign(box):
    """What minisign signs is good for the product."""
    box.make({"file": b"\xef\xbb\xbfwith a mark of byte order"})
    for words in (["-G", "-W", "-p", "key.pub", "-s", "key"], ["-S", "-W", "-s", "key", "-m", "file"]):
        subprocess.run(["minisign", *words], cwd=box.path, check=True, capture_output=True)
    done = box.preflight("verify", "file", "--key", "key.pub")
    assert done.status == 0, done.errors


def case_not_good(box):
    """A changed file, signature or comment, and another's key: exit 1, and which it was."""
    signed(box)
    good = (box.path / "file.minisig").read_text()
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", "key.pem"], cwd=box.path, check=True)
    lines = good.splitlines()
    octet = "A" if lines[1][40] != "A" else "B"
    for signature, key, says in (
            (good.replace("file:file", "file:fool"), "key.pub", "comment was changed"),
            ("\n".join([lines[0], lines[1][:40] + octet + lines[1][41:], *lines[2:]]), "key.pub", "does not fit"),
            (good, KEY, "another key"), ("\n".join(lines[:3]), "key.pub", "cut short")):
        box.make({"file.minisig": signature})
        done = box.preflight("verify", "file", "--key", key)
        assert done.status == (2 if says == "cut short" else 1) and says in one_line(done), (says, done)
    box.make({"file.minisig": good, "file": "another"})
    done = box.preflight("verify", "file", "--key", "key.pub")
    assert done.status == 1 and "file: the signature does not fit" in one_line(done), done
