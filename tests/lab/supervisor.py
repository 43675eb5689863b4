"""Process 1 of a lab: builds it, then takes one request after the other on the control socket.

Killing this process ends every process of the lab and frees all its namespaces and mounts.
"""

import json
import os
import select
import signal
import socket
import sys
import traceback

from shell import LabError
from state import State
from world import World


def handle(state, world, request):
    """Do one request; returns (world, the answer's text)."""
    verb = request["verb"]
    if verb == "up":
        world = World(state, request["options"])
        if request["faults"]:
            world.set_faults(request["faults"])
        return world, ""
    if verb == "fault":
        world.set_faults(world.active + [text for text in request["faults"] if text not in world.active])
        return world, ""
    if verb == "clear":
        world.set_faults([])
        return world, ""
    if verb == "count":
        return world, str(world.count(request["reset"]))
    if verb == "status":
        return world, json.dumps({"options": world.options, "faults": world.active, "dead": world.dead()})
    raise LabError(f"unknown request {verb!r}")


def serve(state):
    world = None
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind("control")
    listener.listen(8)
    print("listening", flush=True)
    while True:
        ready, _, _ = select.select([listener], [], [], 1.0)
        if world:
            world.reap()
        if not (state.path / "control").exists():
            return      # the state folder was deleted: nobody can reach this lab any more
        if not ready:
            continue
        connection, _ = listener.accept()
        with connection, connection.makefile("rw", encoding="utf-8") as stream:
            try:
                world, text = handle(state, world, json.loads(stream.readline()))
                answer = {"text": text}
            except LabError as error:
                answer = {"error": str(error)}
            except Exception as error:  # the lab must outlive a mistake in one request, and show it
                traceback.print_exc()
                answer = {"error": f"{type(error).__name__}: {error} (see {state.log})"}
            try:
                stream.write(json.dumps(answer) + "\n")
                stream.flush()
            except BrokenPipeError:
                pass    # the command was interrupted; the lab stays as it is


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    state = State()
    os.chdir(state.path)
    os.umask(0o022)
    sys.stdout.reconfigure(line_buffering=True)
    serve(state)


if __name__ == "__main__":
    main()
