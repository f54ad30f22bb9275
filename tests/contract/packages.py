"""Installs pinned packages of npm and PyPI once, and again when their lock files change."""

import fcntl
import hashlib
import shutil
import subprocess
import sys


def _run(what, command, cwd):
    print(f"  installing {what} …", flush=True)
    try:
        done = subprocess.run([str(part) for part in command], cwd=cwd, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=300)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is missing: install the Debian packages nodejs, npm and python3-venv")
    except subprocess.TimeoutExpired:
        sys.exit(f"installing {what} took longer than five minutes: is the package registry reachable?")
    if done.returncode != 0:
        sys.exit(f"could not install {what} ({' '.join(map(str, command))}):\n{done.stdout[-3000:]}")


def _install_once(folder, locks, install):
    """Runs install(folder) unless it was done for these very lock files. Several tests may ask at the same time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    stamp = folder / "installed"
    with open(folder.parent / f"{folder.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        install(folder)
        stamp.write_text(wanted)


def npm(here, folder):
    """Installs here/package-lock.json into `folder`, which then holds node_modules. No package's scripts are run."""
    files = [here / "package.json", here / "package-lock.json"]

    def install(into):
        for file in files:
            shutil.copy(file, into)
        _run(f"npm packages of {here.name}", ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], into)

    _install_once(folder, files, install)
    return folder


def pypi(here, folder):
    """Installs here/requirements.txt, which names everything, into `folder`; gives the Python that has it."""
    requirements = here / "requirements.txt"
    python = folder / "venv/bin/python"

    def install(into):
        _run("a Python environment", [sys.executable, "-m", "venv", into / "venv"], into)
        _run(f"PyPI packages of {here.name}", [python, "-m", "pip", "install", "--quiet", "--no-deps",
                                               "--only-binary", ":all:", "-r", requirements], into)

    _install_once(folder, [requirements], install)
    return python
