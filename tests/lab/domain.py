"""The Active Directory domain of the estate: how it is called, and where its making is kept for the next lab."""

from state import PROJECT

REALM, CONTROLLER, PASSWORD = "AD.CORP.EXAMPLE", "DC1", "Lab-Secret-1"


def arguments():
    """Of peers/samba_dc."""
    return ["--realm", REALM, "--name", CONTROLLER, "--interface", "eth0", "--template",
            str(PROJECT / "build" / "lab-domain")]
