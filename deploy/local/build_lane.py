"""Builds that go on while tests run: most tests wait, so compiling takes what they leave of the machine."""

import subprocess
import sys
import threading
from collections import deque
from typing import NamedTuple

import build
from stack import Refusal, say

LINES_KEPT = 200


class Build(NamedTuple):
    name: str
    preset: str
    targets: tuple[str, ...] = ()  # none: everything


class BuildLane:
    """One build after the other, in the order given. What they print shows while somebody waits for one; of a failed one
    the end shows at once. Builds that are under way end with the process. Compiles nothing before start()."""

    def __init__(self, builds: list[Build]):
        self._done = {each.name: threading.Event() for each in builds}
        self._refusals: dict[str, Refusal] = {}
        self._waited_for = 0
        # A daemon: whoever gives up a run of tests does not wait for its builds.
        self._thread = threading.Thread(target=self._build_all, args=(builds,), daemon=True)

    def start(self) -> None:
        """Once is enough."""
        if not self._thread.ident:
            self._thread.start()

    def wait(self, name: str) -> None:
        """Until the build of that name is done; raises Refusal when it failed."""
        self._waited_for += 1
        try:
            self._done[name].wait()
        finally:
            self._waited_for -= 1
        if name in self._refusals:
            raise self._refusals[name]

    def _build_all(self, builds: list[Build]) -> None:
        for name, preset, targets in builds:
            try:
                build.build(preset, targets, self._run)
            except Exception as error:  # whatever it is, who waits must hear of it
                self._refusals[name] = error if isinstance(error, Refusal) else Refusal(f"building {name}: {error}")
            self._done[name].set()

    def _run(self, command: list[str], lock) -> None:
        """As build.run(), but after whatever the tests have to do."""
        kept: deque[str] = deque(maxlen=LINES_KEPT)
        with subprocess.Popen([*build.DIES_WITH_US, "nice", "-n", "19", *command], cwd=build.ROOT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", pass_fds=(lock.fileno(),)) as running:
            for line in running.stdout:
                kept.append(line)
                if self._waited_for:
                    sys.stderr.write(line)
        if running.returncode != 0:
            say(f"{command[0]} failed; the end of what it said:")
            sys.stderr.writelines(kept)
        build.require_success(command, running.returncode)
