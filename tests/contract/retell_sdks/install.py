"""Installs the two pinned SDKs once, and again when their lock files change."""

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


def both_sdks(here, target):
    """Gives the folder that holds node_modules, and the Python that has the SDK."""
    npm_files = [here / "package.json", here / "package-lock.json"]
    requirements = here / "requirements.txt"

    def install_npm(folder):
        for file in npm_files:
            shutil.copy(file, folder)
        _run("npm retell-sdk", ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)

    def install_pypi(folder):
        _run("a Python environment", [sys.executable, "-m", "venv", folder / "venv"], folder)
        _run("PyPI retell-sdk", [folder / "venv/bin/python", "-m", "pip", "install", "--quiet", "--no-deps",
                                 "--only-binary", ":all:", "-r", requirements], folder)

    node_folder, python_folder = target / "npm", target / "pypi"
    _install_once(node_folder, npm_files, install_npm)
    _install_once(python_folder, [requirements], install_pypi)
    return node_folder, python_folder / "venv/bin/python"
