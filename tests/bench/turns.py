"""How often two parties of TCP connections take turns: a relay between them that counts. A client that says several things and then waits for
the answers takes one turn, a round trip. It makes each of them slower: nothing else is to be measured in the same time."""

import socket
import threading
from urllib.parse import urlsplit


class Turns:
    """A relay to `target` ("host:port") on an address of its own, until closed."""

    def __init__(self, target: str):
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._taken = 0
        self.address = "127.0.0.1:%d" % self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def taken(self) -> int:
        """By clients so far, on all connections."""
        with self._lock:
            return self._taken

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return  # closed
            _Conversation(client, socket.create_connection(self._target), self._count)

    def _count(self) -> None:
        with self._lock:
            self._taken += 1


class _Conversation:
    def __init__(self, client: socket.socket, server: socket.socket, count):
        self._count, self._clients_turn, self._lock = count, False, threading.Lock()
        for source, sink, is_client in ((client, server, True), (server, client, False)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pump, args=(source, sink, is_client), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, is_client: bool) -> None:
        try:
            while data := source.recv(1 << 16):
                with self._lock:
                    if is_client and not self._clients_turn:
                        self._count()
                    self._clients_turn = is_client
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            for each in (source, sink):
                each.close()


def through(url: str, address: str) -> str:
    """The URL with another host and port."""
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{user}@{address}").geturl()
