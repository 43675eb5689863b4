"""The tcp check says how the handshake went, and sends nothing."""
import time

from harness import Case, silent_tcp, tcp


def hold(connection):
    connection.hold()


def talk(connection):
    connection.sendall(b"\x1b]0;owned\x07 hello\r\n")
    connection.hold()


def close(connection):
    pass


def reset(connection):
    time.sleep(0.1)  # at once it may come before we saw the connection open
    connection.reset()


CASES = [
    Case("open", "tcp", "CONNECT-OK", tcp(hold), families=(4, 6), exit=0,
         received=lambda got: got == [], confirm=["bash", "-c", "exec 3<>/dev/tcp/{host}/{port}"],
         no_facts=("bytes",)),
    Case("refused", "tcp", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("silent", "tcp", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 6), exit=1),
    Case("stays-open", "tcp", "CONNECT-OK", tcp(hold), params=["wait_close=300ms"],
         seconds=(0.3, 2)),
    Case("closes", "tcp", "REQUEST-RESET", tcp(close), params=["wait_close=500ms"], exit=1),
    Case("resets", "tcp", "REQUEST-RESET", tcp(reset), params=["wait_close=500ms"], exit=1),
    Case("speaks", "tcp", "CONNECT-OK", tcp(talk), params=["wait_close=500ms"],
         facts={"bytes": 18}),
]
