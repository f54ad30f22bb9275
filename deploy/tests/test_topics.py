"""hookswitch-topics makes topics on as many brokers as it is told, or says that it cannot."""

import json
import os
import subprocess
import tempfile
import unittest
import uuid
from pathlib import Path

PROGRAM = Path(os.environ["HOOKSWITCH_BINARY_DIR"]) / "bin/hookswitch-topics"
KAFKA = os.environ["HOOKSWITCH_KAFKA"]


def topics(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([PROGRAM, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)


class Topics(unittest.TestCase):
    def setUp(self):
        self.group = f"topics-test-{uuid.uuid4().hex[:8]}"
        file = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        self.addCleanup(file.close)
        file.write(json.dumps({"topics": [{"name": self.group, "partitions": 2, "retention_days": 1, "consumers": [self.group]}]}))
        file.flush()
        self.file = file.name

    def create(self, *words: str) -> subprocess.CompletedProcess:
        return topics("create", "--kafka", KAFKA, "--file", self.file, *words)

    def test_one_broker_can_keep_one_replica(self):
        self.assertEqual(self.create("--replication", "1").returncode, 0)
        self.assertEqual(self.create().returncode, 0, "what is there stays")
        said = topics("lag", "--kafka", KAFKA, "--file", self.file).stdout.splitlines()
        self.assertEqual([json.loads(line)["lag"] for line in said], [0, 0])

    def test_more_replicas_than_brokers_are_refused_by_name(self):
        done = self.create("--replication", "9")
        self.assertEqual(done.returncode, 1)
        self.assertIn(self.group, done.stderr)
        self.assertIn("replication factor", done.stderr)

    def test_wrong_words_are_wrong_use(self):
        for words in (("--replication",), ("--replication", "0"), ("--replication", "10"), ("--replication", "x"), ("--copies", "1")):
            with self.subTest(words=words):
                self.assertEqual(self.create(*words).returncode, 2)


if __name__ == "__main__":
    unittest.main()
