"""A real domain controller as a peer (tests/lab/peers/samba_dc), where its packages are."""
import os
import pathlib
import shutil
import subprocess

import daemon

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "lab" / "peers" / "samba_dc"
ADDRESS = "10.9.0.10"
# Samba's name service wants an interface that is not the loopback.
LINK = ["ip link add eth0 type veth peer name far", "ip link set far up",
        f"ip addr add {ADDRESS}/24 dev eth0", "ip link set eth0 up"]
SETTINGS = pathlib.Path("/usr/share/samba/setup/provision.ldif")


def here():
    """samba, winbind and samba-ad-provision are installed, and we may run them."""
    return (os.geteuid() == 0 and SETTINGS.exists() and bool(shutil.which("samba"))
            and bool(shutil.which("winbindd")))


def controller(port):
    """The peer; the check's target is ADDRESS, its port that of the service."""
    def peer(_bed):
        where = daemon.folder()
        server = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "sh", "-c", daemon.SCRIPT, where, str(PROGRAM),
             f"{where}/dc"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, start_new_session=True)
        if server.stdout.readline() != b"ready\n":
            raise RuntimeError("the domain controller did not start")
        return port
    return peer
