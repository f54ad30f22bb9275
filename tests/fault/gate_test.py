"""The gate does what its modes are named after. The server behind it is an echo."""

import contextlib
import socket
import socketserver
import threading
import time
import unittest

import gate


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while data := self.request.recv(4096):
                self.server.heard += data
                self.request.sendall(data)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    heard = b""


class GateTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(("127.0.0.1", 0), Echo)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.target = f"127.0.0.1:{self.server.server_address[1]}"
        self.gate = gate.Gate(self.target, False)
        self.addCleanup(self.gate.close)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def connect(self) -> socket.socket:
        host, port = self.gate.address.split(":")
        connection = socket.create_connection((host, int(port)), timeout=5)
        self.addCleanup(connection.close)
        return connection

    def answer(self, connection: socket.socket, patience_s: float = 0.3) -> bytes | None:
        """Nothing when none comes within the patience; b"" at the end of the connection."""
        connection.settimeout(patience_s)
        try:
            connection.sendall(b"ping")
            return connection.recv(100)
        except TimeoutError:
            return None
        except OSError:
            return b""

    def test_it_forwards_and_goes_on_with_what_stood_still(self):
        connection = self.connect()
        self.assertEqual(self.answer(connection), b"ping")
        self.gate.set("freeze")
        self.assertIsNone(self.answer(connection))
        self.gate.set("forward")
        connection.settimeout(5)
        self.assertEqual(connection.recv(100), b"ping")

    def test_what_is_refused_or_reset_ends_and_new_connections_come_through_again(self):
        for mode in ("refuse", "reset"):
            connection = self.connect()
            self.assertEqual(self.answer(connection), b"ping")
            self.gate.set(mode)
            self.assertEqual(self.answer(connection, 5), b"")
            with contextlib.suppress(OSError):
                self.assertEqual(self.answer(self.connect(), 5), b"")
            self.gate.set("forward")
            self.assertEqual(self.answer(self.connect(), 5), b"ping")

    def test_what_is_half_open_hears_nothing_and_is_reset_at_the_end(self):
        connection = self.connect()
        self.assertEqual(self.answer(connection), b"ping")
        self.gate.set("half_open")
        self.assertIsNone(self.answer(connection))
        fresh = self.connect()
        self.assertIsNone(self.answer(fresh))
        self.gate.set("forward")
        for each in (connection, fresh):
            self.assertEqual(self.answer(each, 5), b"")

    def test_one_way_is_swallowed_and_the_other_is_not(self):
        for mode, heard in (("swallow_requests", b"ping"), ("swallow_answers", b"pingping")):
            self.server.heard = b""
            connection = self.connect()
            self.assertEqual(self.answer(connection), b"ping")
            self.gate.set(mode)
            self.assertIsNone(self.answer(connection))
            self.assertEqual(self.server.heard, heard)
            self.gate.set("forward")
            self.assertEqual(self.answer(connection, 5), b"", "bytes are missing in it")

    def test_delay_is_two_seconds_each_way(self):
        connection = self.connect()
        self.gate.set("delay")
        began = time.monotonic()
        self.assertEqual(self.answer(connection, 6), b"ping")
        self.assertGreaterEqual(time.monotonic() - began, 2 * gate.DELAY_S)

    def test_the_brokers_address_becomes_the_gates_also_across_two_reads(self):
        kafka = gate.Gate(self.target, True)
        self.addCleanup(kafka.close)
        host, port = kafka.address.split(":")
        body = b"x" * 50 + b"127.0.0.1" + self.server.server_address[1].to_bytes(4, "big") + b"y"
        frame = len(body).to_bytes(4, "big") + body
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            got = b""
            for piece in (frame[:58], frame[58:]):
                connection.sendall(piece)
            while len(got) < len(frame):
                got += connection.recv(1000)
        self.assertEqual(got, frame[:4] + b"x" * 50 + b"127.0.0.1" + int(port).to_bytes(4, "big") + b"y")


if __name__ == "__main__":
    unittest.main()
