"""Builds that go on while tests run: most tests wait, so compiling takes what they leave of the machine."""

import subprocess
import sys
import threading
from collections import deque

import build
from stack import Refusal, say

LINES_KEPT = 200


class BuildLane:
    """One build after the other, in the order given. What they print shows while somebody waits for one; of a failed one
    the end shows at once. Builds that are under way end with the process."""

    def __init__(self, builds: list[tuple[str, tuple[str, ...]]]):
        self._done = {preset: threading.Event() for preset, _ in builds}
        self._refusals: dict[str, Refusal] = {}
        self._waited_for = 0
        # A daemon: whoever gives up a run of tests does not wait for its builds.
        self._thread = threading.Thread(target=self._build_all, args=(builds,), daemon=True)
        self._thread.start()

    def wait(self, preset: str) -> None:
        """Until the preset is built; raises Refusal when it could not be."""
        self._waited_for += 1
        try:
            self._done[preset].wait()
        finally:
            self._waited_for -= 1
        if preset in self._refusals:
            raise self._refusals[preset]

    def wait_for_all(self) -> None:
        """Until nothing is compiled any more, whatever came of it."""
        self._waited_for += 1
        self._thread.join()
        self._waited_for -= 1

    def _build_all(self, builds) -> None:
        for preset, targets in builds:
            try:
                build.build(preset, targets, self._run)
            except Exception as error:  # whatever it is, who waits must hear of it
                self._refusals[preset] = error if isinstance(error, Refusal) else Refusal(f"building {preset}: {error}")
            self._done[preset].set()

    def _run(self, command: list[str], lock) -> None:
        """As build.run(), but only when the tests have nothing to do."""
        kept: deque[str] = deque(maxlen=LINES_KEPT)
        with subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "chrt", "--idle", "0", *command], cwd=build.ROOT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", pass_fds=(lock.fileno(),)) as running:
            for line in running.stdout:
                kept.append(line)
                if self._waited_for:
                    sys.stderr.write(line)
        if running.returncode != 0:
            say(f"{command[0]} failed; the end of what it said:")
            sys.stderr.writelines(kept)
            raise Refusal(f"{command[0]} failed (exit code {running.returncode}); what it said stands above")
