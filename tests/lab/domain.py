"""The Active Directory domain of the estate: how it is called, and where its making is kept for the next lab."""

from state import PROJECT, PROJECT_INSIDE

REALM, CONTROLLER, PASSWORD = "AD.CORP.EXAMPLE", "DC1", "Lab-Secret-1"


def arguments():
    """Of peers/samba_dc, which may write in a folder of our own, but not in another user's build."""
    kept = "build/lab-domain"
    (PROJECT / kept).mkdir(parents=True, exist_ok=True)
    return ["--realm", REALM, "--name", CONTROLLER, "--interface", "eth0", "--template",
            str(PROJECT_INSIDE / kept / "made")]
