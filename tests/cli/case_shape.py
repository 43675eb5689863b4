"""A requirement has one shape in JSON, wherever it is shown."""

COLLECTOR = ["auvik-collector", "--set", "tenant_url=https://acme.us1.my.auvik.com"]


def shape(box):
    """What the profile says of a requirement, by the schema of the report."""
    schema = box.preflight("schema", "report").json()
    keys = list(schema["properties"]["requirements"]["items"]["properties"])
    assert keys[keys.index("purpose") + 1] == "verdict", keys
    return keys[:keys.index("verdict")]


def case_one_shape(box):
    """list, explain and plan have the members of the report's requirements, in its order, with the same values."""
    keys = shape(box)
    listed = {q["id"]: q for q in box.preflight("list", "requirements", "--format", "json").json()["requirements"]
              if q["profile"] == "auvik-collector"}
    planned = box.preflight("plan", *COLLECTOR, "--format", "json").json()["requirements"]
    assert len(planned) > 10 and len(keys) == 14, (len(planned), keys)
    for q in planned:
        explained, = (e for e in box.preflight("explain", q["id"], "--format", "json").json()["items"]
                      if e.get("profile") == "auvik-collector")
        assert list(q)[:14] == list(listed[q["id"]])[:14] == list(explained)[1:15] == keys, q["id"]
        for key in keys:
            assert q[key] == listed[q["id"]][key] == explained[key], (q["id"], key)


def case_single_check_has_it(box):
    """The report of a single check has these members, too."""
    report = box.preflight("check", "tcp", "127.0.0.1:1", "--no-trace", "--format", "json").json()
    requirement, = report["requirements"]
    assert list(requirement)[:14] == shape(box)
    assert requirement["to"] == "target" and requirement["ports"] == ["1"], requirement
