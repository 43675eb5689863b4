"""preflight init: an inventory to fill in."""
import re

from harness import Bad

PROFILES = ["alloy-audit", "auvik-collector", "certero", "netwrix-auditor", "open-audit"]

BAD = [
    Bad("Without a profile there is nothing to write.", ["init"],
        ["init needs a profile", "preflight init auvik-collector"], formats=("text",)),
    Bad("An unknown profile is told with the nearest one.", ["init", "auvik-colector"],
        ["auvik-colector", "did you mean 'auvik-collector'?"], formats=("text",)),
]


def filled(text):
    """The same with every example taken over, as a user would."""
    text = re.sub(r"^# (devices|roles|credentials):$", r"\1:", text, flags=re.MULTILINE)
    return re.sub(r"^#   (- \{.*|\S+: (?:\[10\.|\{kind).*)$", r"  \1", text, flags=re.MULTILINE)


def case_what_it_writes_is_an_inventory(box):
    """What init writes for any profile is an inventory as it is, and with its examples."""
    for words in [[p] for p in PROFILES] + [PROFILES]:
        done = box.preflight("init", *words)
        assert (done.status, done.errors) == (0, ""), done
        box.make({"empty.yaml": done.text, "filled.yaml": filled(done.text)})
        for name, count in (("empty.yaml", 0), ("filled.yaml", 3)):
            lint = box.preflight("lint", name)
            assert lint.status == 0, lint.errors
            assert f"{count} devices" in lint.text, lint.text


def case_every_word_of_the_profile_is_there(box):
    """Every variable, role, scenario and device type of a profile is named."""
    for profile in PROFILES:
        text = box.preflight("init", profile).text
        listed = box.preflight("list", "requirements", "--format", "json").json()["requirements"]
        mine = [q for q in listed if q["profile"] == profile]
        words = {q["scenario"] for q in mine}
        for q in mine:
            words |= {to[7:] for to in q["to"].split(";") if to.startswith("device:")}
        for word in words:
            assert re.search(rf"^#   {re.escape(word)} ", text, re.MULTILINE), (profile, word)
