"""Compose's healthcheck, as it stands in deploy/compose.yaml, tells a service that is ready from one that is not there."""

import os
import re
import subprocess
import unittest
from pathlib import Path

import yaml

COMPOSE = Path(__file__).resolve().parents[1] / "compose.yaml"
READY = os.environ["HOOKSWITCH_ADMIN_URLS"].split(",")


def check(port: str) -> int:
    command = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["ingress"]["healthcheck"]["test"]
    words = [word.replace("$$", "$") for word in command[1:]]
    return subprocess.run(words, env={"HOOKSWITCH_ADMIN_PORT": port, "PATH": "/usr/bin"}, timeout=10, capture_output=True, check=False).returncode


class Healthcheck(unittest.TestCase):
    def test_ready_services_are_healthy(self):
        for url in READY:
            with self.subTest(url=url):
                self.assertEqual(check(re.search(r":(\d+)$", url)[1]), 0)

    def test_where_nobody_answers_is_not_healthy(self):
        self.assertNotEqual(check("1"), 0)


if __name__ == "__main__":
    unittest.main()
