"""What the manifests and compose.yaml give each container, the program in it takes: every variable is a setting of it, every value is one
that it allows, and nothing that must be given is missing. The programs themselves are asked."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
BINARIES = Path(os.environ["HOOKSWITCH_BINARY_DIR"]) / "bin"
sys.path.insert(0, str(ROOT / ".tools/manifests"))
import installed
import policy

PROGRAM = re.compile(r"hookswitch/([a-z-]+):")


def own(variables: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name.startswith("HOOKSWITCH_")}


def of_kubernetes(folder: str) -> list[tuple[str, str, dict[str, str]]]:
    """(where, program, variables) of every container of what kustomize builds."""
    built = subprocess.run([installed.folder() / "bin/kustomize", "build", ROOT / folder], capture_output=True, text=True, check=True)
    objects = list(yaml.safe_load_all(built.stdout))
    settings = {thing["metadata"]["name"]: thing["data"] for thing in objects if thing["kind"] == "ConfigMap"}
    found = []
    for thing in objects:
        for container in policy.containers(thing) if thing["kind"] in policy.PODS else []:
            given = {}
            for source in container.get("envFrom", []):
                given |= settings[source["configMapRef"]["name"]]
            # What the cluster fills in: a pod's ordinal or its name.
            given |= {entry["name"]: entry.get("value", "0") for entry in container.get("env", [])}
            program = container.get("command", [PROGRAM.search(container["image"])[1]])[0].rpartition("/")[2]
            found.append((f"{folder}: {policy.name_of(thing)}/{container['name']}", program, own(given)))
    return found


def of_compose() -> list[tuple[str, str, dict[str, str]]]:
    read = subprocess.run([installed.folder() / "bin/compose-spec", "-format", "json", "deploy/compose.yaml"], cwd=ROOT,
                          capture_output=True, text=True, check=True)
    services = json.loads(read.stdout)["services"]
    return [(f"compose: {name}", PROGRAM.match(service["image"])[1], own(service.get("environment", {})))
            for name, service in services.items() if PROGRAM.match(service["image"])]


def containers() -> list[tuple[str, str, dict[str, str]]]:
    return [*of_kubernetes("k8s/overlays/local"), *of_kubernetes("k8s/overlays/production"), *of_compose()]


def run(program: str, words: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run([BINARIES / program, *words], env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=30, check=False)


def is_service(program: str) -> bool:
    """A program whose settings libs/config reads; the command and hookswitch-topics have words of their own."""
    return not program.startswith("hookswitch")


class Settings(unittest.TestCase):
    def test_every_variable_is_a_setting(self):
        asked = 0
        for where, program, given in containers():
            if not is_service(program):
                continue
            said = run(program, ["--help"], {}).stdout
            known = set(re.findall(r"HOOKSWITCH_[A-Z0-9_]+", said))
            self.assertIn("HOOKSWITCH_KAFKA", known, f"{program} --help")
            for name in given:
                with self.subTest(where=where, name=name):
                    self.assertIn(name, known)
                    asked += 1
        self.assertGreater(asked, 10)

    def test_every_value_is_allowed_and_none_is_missing(self):
        with tempfile.NamedTemporaryFile("w", suffix=".secret") as secret:
            secret.write("postgresql://nobody@127.0.0.1:1/nothing\n")
            secret.flush()
            for where, program, given in containers():
                if not is_service(program):
                    continue
                there = {name: secret.name if "/run/secrets/" in value else value for name, value in given.items()}
                with self.subTest(where=where):
                    done = run(program, ["--print-settings"], there)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_wrong_value_would_be_noticed(self):
        """The two tests above rest on this."""
        where, program, given = next(entry for entry in containers() if is_service(entry[1]))
        self.assertNotEqual(run(program, ["--print-settings"], given | {"HOOKSWITCH_LOG_LEVEL": "loud"}).returncode, 0, where)
        self.assertNotEqual(run(program, ["--print-settings"], {}).returncode, 0, where)

    def test_the_topics_job_speaks_the_words_of_its_program(self):
        jobs = [entry for entry in of_kubernetes("k8s/overlays/production") if entry[1] == "hookswitch-topics"]
        self.assertEqual(len(jobs), 1)
        self.assertIn("--replication", run("hookswitch-topics", [], {}).stderr)


if __name__ == "__main__":
    unittest.main()
