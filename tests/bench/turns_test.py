"""Turns are counted as a round trip is: by who has to wait, not by how much is said."""

import socket
import threading
import unittest

from turns import Turns, through


class Counting(unittest.TestCase):
    def test_what_is_said_together_is_one_turn(self):
        listening = socket.create_server(("127.0.0.1", 0))
        turns = Turns("127.0.0.1:%d" % listening.getsockname()[1])
        host, port = turns.address.split(":")
        client = socket.create_connection((host, int(port)), timeout=20)
        server, _ = listening.accept()
        server.settimeout(20)
        for said in (b"a", b"bc", b"d" * 200_000):
            threading.Thread(target=client.sendall, args=(said,), daemon=True).start()
            heard = b""
            while len(heard) < len(said):
                heard += server.recv(1 << 16)
            self.assertEqual(heard, said)
            server.sendall(b"answer")
            self.assertEqual(client.recv(100), b"answer")
        self.assertEqual(turns.taken, 3)
        client.close()
        self.assertEqual(server.recv(1), b"")
        turns.close()

    def test_a_url_goes_through(self):
        self.assertEqual(through("postgresql://me:se%40cret@127.0.0.1:5432/db?x=1", "127.0.0.1:9"), "postgresql://me:se%40cret@127.0.0.1:9/db?x=1")


if __name__ == "__main__":
    unittest.main()
