"""The programs that check images and manifests, installed once a user and shared by all clones: about two minutes the first time.

Everything is pinned by hash: go.sum for what Go builds, requirements.txt for what PyPI gives. Nothing of it is asked for again later.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCKS = [HERE / name for name in ("go.mod", "go.sum", "requirements.txt", "installed.py")]
PROGRAMS = {
    "kustomize": "sigs.k8s.io/kustomize/kustomize/v5",
    "kubeconform": "github.com/yannh/kubeconform/cmd/kubeconform",
    "compose-spec": "github.com/compose-spec/compose-go/v2/cmd",
}
# The least version that the manifests are written for (preStop's sleep), and the newest that there is.
KUBERNETES = ("v1.30.0", "v1.37.0")


class Missing(Exception):
    """What could not be installed, and why."""


def folder() -> Path:
    """The folder with bin/ (kustomize, kubeconform, compose-spec, hadolint) and schemas/<version>/. Installs it when it is missing."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hookswitch"
    mark = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS)).hexdigest()[:10]
    wanted = cache / f"manifest-tools-{mark}"
    if wanted.exists():
        return wanted
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "manifest-tools.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.exists():
            install(wanted)
    return wanted


def install(wanted: Path) -> None:
    print("installing hadolint, kustomize, kubeconform and compose-spec (once; about two minutes) …", file=sys.stderr, flush=True)
    for left in wanted.parent.glob("manifest-tools-*.new"):
        shutil.rmtree(left)
    new = wanted.with_name(wanted.name + ".new")
    (new / "bin").mkdir(parents=True)
    run(["/usr/bin/python3", "-m", "venv", new / "venv"])
    run([new / "venv/bin/python", "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes",
         "-r", HERE / "requirements.txt"])
    packages = next((new / "venv/lib").glob("python3*")) / "site-packages"
    shutil.copy(new / "venv/bin/hadolint", new / "bin")
    for version in KUBERNETES:
        take_schemas(packages / f"kubernetes_validate/kubernetes-json-schema/{version}-local-strict", new / "schemas" / version)
    build(packages / "go/bin/go", new)
    for work in ("venv", "go"):
        shutil.rmtree(new / work)
    new.rename(wanted)


def build(go: Path, new: Path) -> None:
    # go.sum has every hash, so no other witness is asked; this Go is the right one, so no other is fetched.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GO") or name == "GOPROXY"}
    environment = inherited | {"GOPATH": str(new / "go"), "GOCACHE": str(new / "go/cache"), "GOTOOLCHAIN": "local",
                               "GOFLAGS": "-mod=readonly -modcacherw", "GOSUMDB": "off", "CGO_ENABLED": "0"}
    for name, package in PROGRAMS.items():
        run([go, "build", "-trimpath", "-ldflags", "-s -w", "-o", new / "bin" / name, package], cwd=HERE, env=environment)


def take_schemas(source: Path, target: Path) -> None:
    """The package's schemas name each other by addresses that kubeconform would ask the network for: here by file name."""
    target.mkdir(parents=True)
    files = list(source.glob("*.json"))
    if not files:
        raise Missing(f"the package kubernetes-validate has no schemas in {source.name}")
    for file in files:
        schema = json.loads(file.read_text(encoding="utf-8"))
        schema.pop("$id", None)
        text = json.dumps(schema).replace('"/api/_definitions.json', '"_definitions.json')
        (target / file.name).write_text(text, encoding="utf-8")


def run(command: list, **more) -> None:
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **more)
    if done.returncode != 0:
        raise Missing(f"{' '.join(map(str, command))} failed:\n{done.stdout[-3000:]}")
