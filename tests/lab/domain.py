"""The Active Directory domain of the estate: how it is called, and where its making is kept for the next lab."""

import hashlib

from state import PROJECT

REALM, CONTROLLER, PASSWORD = "AD.CORP.EXAMPLE", "DC1", "Lab-Secret-1"
_SCRIPT = PROJECT / "tests" / "lab" / "peers" / "samba_dc"


def arguments():
    """Of peers/samba_dc. A new script makes a new domain."""
    made_by = hashlib.sha256(_SCRIPT.read_bytes()).hexdigest()[:12]
    return ["--realm", REALM, "--name", CONTROLLER, "--interface", "eth0",
            "--template", str(PROJECT / "build" / f"lab-domain-{made_by}")]
