"""A TCP gate before Kafka or PostgreSQL that misbehaves on request: `Gate` starts one as a process of its own, which ends with
whoever started it. Written on its standard input is the mode it is to have; it says so when it has it."""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

MODES = (
    "forward",
    "refuse",            # nobody listens, and what stood is reset
    "reset",             # connections are taken and reset at once, and so is what stood
    "freeze",            # connections are taken and stay, and no byte goes either way
    "half_open",         # the other side is gone and nothing says so; new connections are taken, and nobody is there
    "swallow_requests",  # what goes to the server is lost, and answers come
    "swallow_answers",   # the server hears everything, and what it answers is lost
    "slow",              # 8 KiB a second in either direction
    "delay",             # everything two seconds later
)
HALF_OPEN_AND_LOSSY = ("half_open", "swallow_requests", "swallow_answers")
SLICE_BYTES = 1024
BYTES_A_SECOND = 8 * 1024
DELAY_S = 2.0
PIECE_BYTES = 64 * 1024


class Gate:
    """Started at once, with the address to give to clients; forwards until it is told otherwise."""

    def __init__(self, target: str, kafka: bool):
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--target", target, *(["--kafka"] if kafka else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self._said()

    def set(self, mode: str) -> None:
        """Has taken effect when it returns."""
        self._process.stdin.write(mode + "\n")
        self._process.stdin.flush()
        if self._said() != mode:
            raise RuntimeError(f"the gate does not have the mode {mode}")

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _said(self) -> str:
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"the gate has ended: {self._process.poll()}")
        return line


class Link:
    """One connection through the gate. What is read is written by somebody else, so that a delay holds up nothing but itself."""

    def __init__(self, house: "House", client: tuple, server: tuple | None):
        self._house = house
        self._client, self._server = client, server
        self._unframed = bytearray()
        self.broken = server is None  # bytes are missing, or the other side is: it cannot forward any more

    async def carry(self) -> None:
        pumps = [self._pump(self._client[0], self._server and self._server[1], to_client=False)]
        if self._server:
            pumps.append(self._pump(self._server[0], self._client[1], to_client=True))
        tasks = [asyncio.ensure_future(pump) for pump in pumps]
        with contextlib.suppress(OSError):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if self._house.mode == "half_open" and self._server and tasks[1].done():
                await asyncio.wait(tasks[:1])  # the client has not heard of it
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.reset()

    def reset(self) -> None:
        for side in (self._client, self._server):
            if side:
                side[1].transport.abort()

    def leave_half_open(self) -> None:
        self.broken = True
        if self._server:
            self._server[1].transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter | None, to_client: bool) -> None:
        queue: asyncio.Queue = asyncio.Queue()
        writing = asyncio.ensure_future(self._write(queue, sink))
        try:
            while data := await source.read(PIECE_BYTES):
                mode = self._house.mode
                if mode == "half_open" or mode == ("swallow_answers" if to_client else "swallow_requests") or sink is None:
                    self.broken = True
                    continue
                due = time.monotonic() + (DELAY_S if mode == "delay" else 0)
                queue.put_nowait((due, self._house.as_seen_from_outside(self._unframed, data) if to_client else data))
            queue.put_nowait((0, b""))  # the last words are said before the end
            await writing
        finally:
            writing.cancel()

    async def _write(self, queue: asyncio.Queue, sink: asyncio.StreamWriter | None) -> None:
        while True:
            due, data = await queue.get()
            if not data and due == 0:
                return
            while (left := due - time.monotonic()) > 0 and self._house.mode == "delay":
                await asyncio.sleep(min(left, 0.05))
            while data:
                await self._house.thawed.wait()
                size = SLICE_BYTES if self._house.mode == "slow" else len(data)
                sink.write(data[:size])
                data = data[size:]
                await sink.drain()
                if self._house.mode == "slow":
                    await asyncio.sleep(size / BYTES_A_SECOND)


class House:
    """The listener, its mode and its links. A broker's own address in its answers becomes the gate's, or clients would go past it."""

    def __init__(self, target: str, kafka: bool):
        self._host, port = target.rsplit(":", 1)
        self._port = int(port)
        self._kafka = kafka
        self.mode = "forward"
        self.thawed = asyncio.Event()
        self.thawed.set()
        self._links: set[Link] = set()
        self._server: asyncio.Server | None = None
        self._own_port = 0

    async def open(self) -> str:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._own_port)
        self._own_port = self._server.sockets[0].getsockname()[1]
        return f"127.0.0.1:{self._own_port}"

    async def set(self, mode: str) -> None:
        self.mode = mode
        (self.thawed.clear if mode == "freeze" else self.thawed.set)()
        if mode == "refuse" and self._server:
            self._server.close()
            self._server = None
        elif mode != "refuse" and not self._server:
            await self.open()
        for link in list(self._links):
            if mode == "half_open":
                link.leave_half_open()
            elif mode in ("refuse", "reset") or (mode not in HALF_OPEN_AND_LOSSY and link.broken):
                link.reset()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = None
        if self.mode == "reset":
            return writer.transport.abort()
        if self.mode != "half_open":
            try:
                server = await asyncio.open_connection(self._host, self._port)
            except OSError:
                return writer.transport.abort()
        link = Link(self, (reader, writer), server)
        self._links.add(link)
        try:
            await link.carry()
        finally:
            self._links.discard(link)

    def as_seen_from_outside(self, unframed: bytearray, data: bytes) -> bytes:
        """Kafka's answers are frames behind a length of four bytes; an address could lie across two reads."""
        if not self._kafka:
            return data
        unframed += data
        done = 0
        while len(unframed) - done >= 4:
            size = 4 + int.from_bytes(unframed[done:done + 4], "big")
            if len(unframed) - done < size:
                break
            done += size
        whole = bytes(unframed[:done])
        del unframed[:done]
        return whole.replace(self._advertised(self._port), self._advertised(self._own_port))

    def _advertised(self, port: int) -> bytes:
        return self._host.encode() + port.to_bytes(4, "big")


async def serve(target: str, kafka: bool) -> None:
    house = House(target, kafka)
    print(await house.open(), flush=True)
    while mode := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if mode not in MODES:
            raise ValueError(mode)
        await house.set(mode)
        print(mode, flush=True)
    os._exit(0)  # whoever had connections has ended too, and nobody is to be told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--kafka", action="store_true")
    options = parser.parse_args()
    asyncio.run(serve(options.target, options.kafka))


if __name__ == "__main__":
    main()
