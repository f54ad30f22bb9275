"""What the services and what they stand on can run out of: disk, memory, descriptors, and the right time."""

import contextlib
import os
import re
import resource
import shutil
import socket
import subprocess
import time
from pathlib import Path

import broker
import database
from outages import DOOR, Fault, start_again
from victims import Victims

MIB = 1024 * 1024
SPARE_MIB = 192  # of a small disk beside what lies on it, until the fault takes it away
LEFT_BYTES = 128 * 1024  # what the fault leaves
LARGE_BYTES = 3 * MIB
LARGE_AT_A_TIME = 16  # large bodies
FAKE_TIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def run(*command: str | Path) -> None:
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")


class DiskFull(Fault):
    """The data of a part lies on a small disk of its own (a file as a loop device), which something else fills."""

    def __init__(self, part: str):
        self.name = f"disk full: {part}"
        self._part = part
        self.acknowledges = True if part == "postgres" else None  # a broker may have room in what it has open

    def missing(self) -> str | None:
        if os.geteuid() != 0:
            return "mounting needs root"
        if not shutil.which("mkfs.ext4"):
            return "there is no mkfs.ext4"
        try:
            run("losetup", "--find")
        except RuntimeError as error:
            return f"no loop device ({error})"
        return None

    def prepare(self, victims: Victims) -> None:
        module = {"kafka": broker, "postgres": database}[self._part]
        module.stop(victims.stack)
        data, beside, image = self._places(victims)
        data.rename(beside)
        used = int(subprocess.run(["du", "-sm", beside], capture_output=True, text=True, check=True).stdout.split()[0])
        data.mkdir()
        with image.open("wb") as file:
            file.truncate((used * 21 // 20 + SPARE_MIB) * MIB)
        run("mkfs.ext4", "-q", "-F", "-m", "0", image)
        run("mount", "-o", "loop", image, data)
        (data / "lost+found").rmdir()  # Kafka takes every folder for a partition
        run("cp", "-a", "--sparse=always", f"{beside}/.", data)
        start_again(victims, self._part)

    def begin(self, victims: Victims) -> None:
        data, _, _ = self._places(victims)
        room = os.statvfs(data)
        with self._ballast(victims).open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, room.f_bavail * room.f_frsize - LEFT_BYTES))

    def end(self, victims: Victims) -> None:
        self._ballast(victims).unlink(missing_ok=True)
        start_again(victims, self._part)

    def clear(self, victims: Victims) -> None:
        module = {"kafka": broker, "postgres": database}[self._part]
        data, beside, image = self._places(victims)
        if not beside.exists():
            return
        module.stop(victims.stack)
        if os.path.ismount(data):
            shutil.rmtree(beside)
            run("cp", "-a", "--sparse=always", f"{data}/.", beside)
            run("umount", data)
        data.rmdir()
        beside.rename(data)
        image.unlink(missing_ok=True)
        start_again(victims, self._part)

    def _places(self, victims: Victims) -> tuple[Path, Path, Path]:
        folder = victims.stack.state / self._part
        return folder / "data", folder / "data.beside", folder / "disk.img"

    def _ballast(self, victims: Victims) -> Path:
        return self._places(victims)[0] / "ballast"


class ClockStep(Fault):
    """The wall clock of some services goes wrong by so many seconds, and right again; that of everything else is right."""

    def __init__(self, names: tuple[str, ...], step_s: int):
        self._names, self._step_s = names, step_s
        self.name = f"clock of {'the consumers' if len(names) > 1 else names[0]} {abs(step_s)} s {'ahead' if step_s > 0 else 'behind'}"
        self.acknowledges = True
        self.patience_ends = DOOR not in names and abs(step_s) >= 1800
        # Retell's signatures hold for five minutes: with its clock wrong the door refuses them, by design, and takes Cal.com's.
        self.tried_again = (401,) if DOOR in names else ()
        self.senders = 128 if DOOR in names else Fault.senders

    def missing(self) -> str | None:
        return None if Path(FAKE_TIME).exists() else "Debian's package libfaketime is not installed"

    def prepare(self, victims: Victims) -> None:
        self._file(victims).write_text("+0", encoding="ascii")
        for name in self._names:
            victims.instead[name] = {"LD_PRELOAD": FAKE_TIME, "FAKETIME_TIMESTAMP_FILE": str(self._file(victims)), "FAKETIME_NO_CACHE": "1",
                                     "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
        self._restart(victims)

    def begin(self, victims: Victims) -> None:
        self._file(victims).write_text(f"{self._step_s:+d}", encoding="ascii")

    def end(self, victims: Victims) -> None:
        self._file(victims).write_text("+0", encoding="ascii")

    def clear(self, victims: Victims) -> None:
        for name in self._names:
            victims.instead.pop(name, None)
        self._restart(victims)

    def _restart(self, victims: Victims) -> None:
        for name in self._names:
            victims.stop(name)
            victims.start(name)
        for name in self._names:
            victims.wait_ready(name)

    @staticmethod
    def _file(victims: Victims) -> Path:
        return victims.stack.state / "clock"


class Limit(Fault):
    """A running service may have no more of something than it has."""

    def __init__(self, service: str, what: str):
        self._service, self._what = service, what
        self.name = f"{what} of {service} limited"
        self.acknowledges = None if service == DOOR else True
        if (service, what) == (DOOR, "descriptors"):
            self.answer_s = 10.5  # a connection that the door cannot take waits in the kernel, for as long as whoever made it
        self.may_crash = what == "memory"
        self._before: tuple[int, int] | None = None
        self._sockets: list[socket.socket] = []
        self._kind = {"descriptors": resource.RLIMIT_NOFILE, "memory": resource.RLIMIT_DATA}[what]

    def begin(self, victims: Victims) -> None:
        pid = victims.pid(self._service)
        if self._what == "memory":
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            limit = int(re.search(r"^VmData:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024
        else:
            limit = 64 if self._service == DOOR else 16
        self._before = resource.prlimit(pid, self._kind)
        resource.prlimit(pid, self._kind, (limit, self._before[1]))
        if self._what == "descriptors" and self._service == DOOR:
            for _ in range(100):
                self._sockets.append(socket.create_connection(("127.0.0.1", victims.stack.port(DOOR)), timeout=5))

    def hold(self, victims: Victims) -> None:
        """A consumer has to open its connections anew, and the door has to take large bodies, which they cannot."""
        if self._service != DOOR:
            role = f"{self._service.replace('-', '_')}_app"
            victims.rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'")
        began = time.monotonic()
        large = self._what == "memory" and self._service == DOOR
        while large and victims.runs(DOOR) and time.monotonic() < began + self.lasts_s / 2:
            with contextlib.suppress(OSError):  # the door has ended
                while len(self._sockets) < LARGE_AT_A_TIME:
                    self._sockets.append(begin_large_body(victims.stack.port(DOOR)))
            self._sockets = [each for each in self._sockets if go_on_with(each)]
        time.sleep(max(0.0, began + self.lasts_s - time.monotonic()))

    def end(self, victims: Victims) -> None:
        for each in self._sockets:
            each.close()
        self._sockets.clear()
        if victims.runs(self._service) and self._before:
            resource.prlimit(victims.pid(self._service), self._kind, self._before)
        victims.bring_back(self._service)  # what ended for want of memory is started again, by whoever watches over it


def begin_large_body(port: int) -> socket.socket:
    """Of somebody's who has no key: the door reads it all before it says so."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.sendall(f"POST /webhooks/retell HTTP/1.1\r\nHost: door\r\nContent-Type: application/json\r\nX-Retell-Signature: v=1,d=00\r\n"
                       f"Content-Length: {LARGE_BYTES}\r\n\r\n".encode())
    return connection


def go_on_with(connection: socket.socket) -> bool:
    """Some more of the body; false when the connection is over."""
    try:
        connection.sendall(b" " * (LARGE_BYTES // 8))
        return True
    except OSError:
        connection.close()
        return False


def every() -> list[Fault]:
    consumers = ("directory", "call-processing", "booking", "billing")
    return [
        DiskFull("kafka"), DiskFull("postgres"),
        *(ClockStep(names, step_s) for names in ((DOOR,), consumers) for step_s in (600, -600, 3600, -3600)),
        *(Limit(service, what) for what in ("descriptors", "memory") for service in (DOOR, "call-processing")),
    ]
