"""The profiles inside the program, and the files that go before them."""
from harness import ROOT, Bad

BAD = [
    Bad("There is no built-in profile of that name.", ["plan", "built-in:zzz"], ["unknown profile 'built-in:zzz'"]),
    Bad("A damaged file of a built-in name is an error: it is not passed over.", ["plan", "certero"], ["certero.yaml:1:"],
        files={".config/preflight/profiles/certero.yaml": "nonsense\n"}, env={"PREFLIGHT_PROFILE_PATH": ""}),
]


def listed(box, **more):
    profiles = box.preflight("list", "profiles", "--format", "json", **more).json()["profiles"]
    return {p["name"]: p for p in profiles}


def case_same(box):
    """What is inside is the file, octet by octet."""
    for path in sorted((ROOT / "profiles").glob("*.yaml")):
        inside, outside = (box.preflight("plan", word, "--format", "json") for word in (f"built-in:{path.stem}", str(path)))
        assert inside.status == outside.status == 0, (inside.errors, outside.errors)
        a, b = inside.json(), outside.json()
        assert [p["sha256"] for p in a["profiles"]] == [p["sha256"] for p in b["profiles"]], path


def case_file_wins(box):
    """A file goes before the profile inside; `list profiles` says where each is from."""
    text = (ROOT / "profiles/certero.yaml").read_text().replace("version: ", "version: 9", 1)
    box.make({"mine/certero.yaml": text})
    profiles = listed(box, env={"PREFLIGHT_PROFILE_PATH": "mine"})
    assert profiles["certero"]["file"] == "mine/certero.yaml" and profiles["certero"]["replaces_built_in"], profiles["certero"]
    text = box.preflight("list", "profiles", env={"PREFLIGHT_PROFILE_PATH": "mine"}).text
    assert "    from mine/certero.yaml, instead of the built-in one\n" in text, text
