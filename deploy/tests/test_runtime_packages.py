"""The images' list of Debian packages is what the built programs name, no more and no less."""

import os
import re
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARIES = Path(os.environ["HOOKSWITCH_BINARY_DIR"]) / "bin"
IN_EVERY_DEBIAN = {"libc6", "libgcc-s1"}


def shipped() -> list[str]:
    """The programs that the Dockerfile copies into an image."""
    text = (ROOT / "deploy/images/Dockerfile").read_text(encoding="utf-8")
    lines = re.findall(r"^COPY --from=build (.+) /usr/local/bin/$", text, re.MULTILINE)
    return sorted(word.removeprefix("/out/") for line in lines for word in line.split())


def needed(program: str) -> dict[str, str]:
    """The libraries that the program itself names → where the loader finds each."""
    header = subprocess.run(["readelf", "--dynamic", BINARIES / program], capture_output=True, text=True, check=True).stdout
    named = re.findall(r"\(NEEDED\)\s+Shared library: \[(.+)\]", header)
    loaded = subprocess.run(["ldd", BINARIES / program], capture_output=True, text=True, check=True).stdout
    places = dict(re.findall(r"(\S+) => (/\S+)", loaded))
    return {library: places.get(library, "") for library in named if not library.startswith("ld-linux")}


def package_of(file: str) -> str:
    """The Debian package that brings the file. Libraries lie under /usr/lib, which /lib is a link to."""
    for path in (file, file.removeprefix("/usr"), os.path.realpath(file), os.path.realpath(file).removeprefix("/usr")):
        done = subprocess.run(["dpkg-query", "--search", path], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(":", 1)[0]
    return f"nobody's: {file}"


class RuntimePackages(unittest.TestCase):
    def test_the_list_is_what_the_programs_need(self):
        libraries = {place for program in shipped() for place in needed(program).values()}
        self.assertGreater(len(libraries), 5)
        found = {package_of(place) for place in libraries} - IN_EVERY_DEBIAN
        text = (ROOT / "deploy/images/runtime-packages").read_text(encoding="utf-8")
        self.assertEqual(sorted(found), [line for line in text.splitlines() if line and not line.startswith("#")])


if __name__ == "__main__":
    unittest.main()
