"""Hostile HTTP at the webhook door: thousands of streams of a grammar, and senders that are slow or say nothing. What a strict
reader takes is acknowledged and on the bus, once; nothing else is, and ingress goes on serving everybody."""

import concurrent.futures
import errno
import os
import socket
import time
import unittest
from urllib.parse import urlsplit

import hostile_http
from harness import RAW, UNRESOLVED, call_body, new_call_id, pid, send_retell, setting, sign, tail

STREAMS = int(os.environ.get("HOSTILE_STREAMS", "2400"))
FIRST = int(os.environ.get("HOSTILE_FIRST_SEED", "0"))
RUN = new_call_id()
SENDERS = 8
PATIENCE_S = 20


def door() -> tuple[str, int]:
    url = urlsplit(setting("HOOKSWITCH_INGRESS_URL"))
    return url.hostname, url.port


def webhook(name: str) -> hostile_http.Request:
    call_id = f"{RUN}_{name}"
    body = call_body("call_started", call_id)
    signature = sign(body, setting("HOOKSWITCH_RETELL_API_KEY"), int(time.time() * 1000))
    return hostile_http.Request(call_id, [
        (b"Host", b"127.0.0.1"), (b"Content-Type", b"application/json"), (b"X-Retell-Signature", signature.encode()),
        (b"Content-Length", str(len(body)).encode())], body)


def answers(received: bytes) -> list[tuple[int, bytes]]:
    """Status and body of each answer; what is not an answer fails."""
    found = []
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        version, status, *_ = lines[0].split(b" ")
        assert version == b"HTTP/1.1", lines[0]
        fields = dict(line.lower().split(b": ", 1) for line in lines[1:])
        size = int(fields.get(b"content-length", b"0"))
        assert len(rest) >= size, f"an answer is cut off: {received!r}"
        found.append((int(status), rest[:size]))
        received = rest[size:]
    return [answer for answer in found if answer[0] != 100]


def exchange(parts: list[bytes]) -> bytes:
    """What comes back until the server closes. It must, once nothing more can come."""
    received = b""
    with socket.create_connection(door(), timeout=PATIENCE_S) as connection:
        try:
            for part in parts:
                connection.sendall(part)
            connection.shutdown(socket.SHUT_WR)
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN):
                raise
            # It has heard enough; what it said is still to be read.
        try:
            while part := connection.recv(65536):
                received += part
        except ConnectionResetError:
            pass
    return received


class HostileStreams(unittest.TestCase):
    def setUp(self):
        self.ingress = pid("ingress")

    def tearDown(self):
        self.assertEqual(pid("ingress"), self.ingress, "ingress has died")

    def judge(self, seed: int) -> tuple[hostile_http.Stream, str | None]:
        """The stream, and what is wrong with how it was answered."""
        stream = hostile_http.make(seed, webhook)
        try:
            got = answers(exchange(hostile_http.pieces(stream)))
        except (TimeoutError, AssertionError, ValueError) as error:
            return stream, f"{type(error).__name__}: {error}"
        taken = [status for status, _ in got if 200 <= status < 300]
        refused = [status for status, _ in got if status >= 300]
        if len(taken) != len(stream.accepted):
            return stream, f"{len(taken)} of {len(stream.accepted)} webhooks acknowledged: {got}"
        if [status for status, _ in got[:len(taken)]] != taken:
            return stream, f"acknowledged behind a refusal: {got}"
        if len(refused) > 1 or any(not 400 <= status <= 505 or status == 500 for status in refused):
            return stream, f"refused as {refused}"
        if not stream.ends and refused:
            return stream, f"a good stream was refused: {got}"
        return stream, None

    def test_streams_of_the_grammar(self):
        self.assertGreaterEqual(STREAMS, 2 * len(hostile_http.DEFECTS), "every defect is to come several times")
        with concurrent.futures.ThreadPoolExecutor(SENDERS) as pool:
            judged = list(pool.map(self.judge, range(FIRST, FIRST + STREAMS)))
        wrong = [f"seed {stream.seed} ({stream.what}): {why}" for stream, why in judged if why]
        accepted = [call for stream, _ in judged for call in stream.accepted]
        forbidden = {call for stream, _ in judged for call in stream.smuggled}
        on_the_bus = [event["key"] for topic in (RAW, UNRESOLVED) for event in tail(topic) if event["key"].startswith(RUN)]
        print(f"{len(judged)} streams, {len(hostile_http.DEFECTS)} kinds of defect: {len(accepted)} webhooks to be taken, "
              f"{len(forbidden)} not; {len(on_the_bus)} on the bus")
        self.assertEqual(wrong[:10], [], f"{len(wrong)} streams were answered wrongly")
        self.assertEqual(sorted(set(on_the_bus) & forbidden), [], "smuggled")
        self.assertEqual(sorted(on_the_bus), sorted(accepted), "acknowledged and on the bus differ")

    def test_those_who_send_slowly_are_let_go_and_keep_nobody_waiting(self):
        request = webhook("slow").bytes()
        head = request.index(b"\r\n\r\n")
        beginnings = [b"P", request[:20], request[:head], request[:head + 2], request[:head + 4], request[:-1]]
        connections = []
        try:
            for beginning in beginnings * 8:
                connection = socket.create_connection(door(), timeout=60)
                connections.append(connection)
                connection.sendall(beginning)
            began = time.monotonic()
            self.assertEqual(send_retell(call_body("call_started", new_call_id()))[0], 202)
            self.assertLess(time.monotonic() - began, 2, "others wait for the slow ones")
            for connection in connections:
                received = b""
                while part := connection.recv(65536):
                    received += part
                self.assertIn([status for status, _ in answers(received)], ([], [408]))
        finally:
            for connection in connections:
                connection.close()
        self.assertEqual(tail(RAW, f"{RUN}_slow"), [])


if __name__ == "__main__":
    unittest.main()
