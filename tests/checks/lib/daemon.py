"""Real servers as peers: they end, and their folder goes, with the case's process."""
import socket
import subprocess
import tempfile
import time

READY_WITHIN_S = 120  # what is not ready by then does not start, however busy the machine
# $0 is the folder, the rest the program. TERM comes when the parent has died.
SCRIPT = """
trap 'trap "" TERM; kill $pid; wait; rm -rf "$0"; exit' TERM
"$@" & pid=$!
wait
"""


def folder():
    return tempfile.mkdtemp(prefix="preflight-peer-")


def free_port(bed, kind):
    s, port = bed.bound(kind)
    s.close()
    return port


def start(where, *argv, environment=None):
    subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "sh", "-c", SCRIPT, where, *argv],
                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL, env=environment,
                     start_new_session=True)  # smbd ends its whole group


def wait_tcp(bed, port):
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        with socket.socket(socket.AF_INET6 if bed.family == 6 else socket.AF_INET) as s:
            if s.connect_ex((bed.host, port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on {port}")
