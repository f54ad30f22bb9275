"""A provider's delivery of its webhooks, whichever provider: each is signed, posted, and tried again until it is acknowledged
(contracts: any 2xx acknowledges; 5xx, 429 and a broken connection are tried again; another 4xx is final)."""

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass
from typing import Callable
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Webhook:
    """One body that a provider sends. `about` names the call or the booking, for words of errors."""

    provider: str
    about: str
    event: str
    body: bytes


@dataclass(frozen=True)
class Door:
    """Where a provider's webhooks go, and the headers that prove a body to be the provider's."""

    url: str
    sign: Callable[[bytes], dict[str, str]]


@dataclass
class Delivered:
    """What became of a delivery: the id that was acknowledged and how many tries it took."""

    webhook: Webhook
    accepted_id: str
    tries: int


class Deliverer:
    """Posts webhooks from several threads and tries each again until it is acknowledged or `give_up_after_s` has passed.
    `doors`: provider → Door. `on_try` hears of each try: its status (0: no answer), when it began and how long it took."""

    def __init__(self, doors: dict[str, Door], threads: int = 16, give_up_after_s: float = 60,
                 on_try: Callable[[int, float, float], None] = lambda status, began, took_s: None, tried_again: tuple[int, ...] = ()):
        self._doors = doors
        self._threads = threads
        self._give_up_after_s = give_up_after_s
        self._on_try = on_try
        self._tried_again = {429, *tried_again}

    def deliver(self, webhooks: list[Webhook], over_s: float = 0) -> list[Delivered]:
        """Delivers all, as they come or spread over so many seconds; raises when one was refused for good or never acknowledged.
        Returns a Delivered for each."""
        began = time.monotonic()
        queue = [(began + over_s * nth / len(webhooks), webhook) for nth, webhook in reversed(list(enumerate(webhooks)))]
        done, errors, lock = [], [], threading.Lock()

        def work() -> None:
            while True:
                with lock:
                    if not queue or errors:
                        return
                    due, webhook = queue.pop()
                time.sleep(max(0.0, due - time.monotonic()))
                try:
                    result = self._until_acknowledged(webhook)
                except Exception as error:  # handed to the caller's thread below
                    with lock:
                        errors.append(error)
                    return
                with lock:
                    done.append(result)

        threads = [threading.Thread(target=work) for _ in range(self._threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        return done

    def _until_acknowledged(self, webhook: Webhook) -> Delivered:
        deadline = time.monotonic() + self._give_up_after_s
        tries = 0
        while True:
            tries += 1
            began = time.monotonic()
            status, body = self._post(webhook)
            self._on_try(status, began, time.monotonic() - began)
            if 200 <= status < 300:
                return Delivered(webhook, json.loads(body)["id"], tries)
            if 400 <= status < 500 and status not in self._tried_again:
                raise RuntimeError(f"{webhook.event} of {webhook.about} was refused: {status} {body[:200]!r}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{webhook.event} of {webhook.about} never acknowledged, last status {status}")
            time.sleep(0.05 + random.random() * 0.15)  # the provider's pause before its next try

    def _post(self, webhook: Webhook) -> tuple[int, bytes]:
        door = self._doors[webhook.provider]
        url = urlsplit(door.url)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
        try:
            headers = {"Content-Type": "application/json"} | door.sign(webhook.body)
            connection.request("POST", url.path, webhook.body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""  # refused, reset or cut: nothing was acknowledged
        finally:
            connection.close()
