"""Schemathesis against a directory service of its own: what openapi.yaml says is what the service does, for valid requests
and invalid ones. The service has a database of its own and no Kafka (it needs none to answer), so nothing that is tried
here reaches the topic."""

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import packages  # noqa: E402

PSQL = "/usr/lib/postgresql/15/bin/psql"


def with_user(url: str, user: str, database: str) -> str:
    """A stack of tests gives each role its name with _password behind it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"{user}:{user}_password@{host}", f"/{database}", "", ""))


def sql(url: str, statement: str) -> None:
    done = subprocess.run([PSQL, "-X", "-q", "-v", "ON_ERROR_STOP=1", url, "-c", statement], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"PostgreSQL refuses: {done.stderr}")


@contextmanager
def own_database():
    server = os.environ.get("HOOKSWITCH_TEST_POSTGRES_URL")
    if not server:
        sys.exit("HOOKSWITCH_TEST_POSTGRES_URL is not set: run this through ./dev test contract")
    name = f"directory_api_{os.getpid()}_{secrets.token_hex(4)}"
    sql(server, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        inside = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        sql(inside, "CREATE SCHEMA directory AUTHORIZATION directory_owner")
        yield server, name
    finally:
        sql(server, f"DROP DATABASE {name} WITH (FORCE)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def request(url: str, token: str, method: str, body=None) -> int:
    asked = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode(),
                                   headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@contextmanager
def running_service(binary: Path):
    token = secrets.token_hex(16)
    port = free_port()
    with own_database() as (server, name), tempfile.TemporaryFile() as log, tempfile.NamedTemporaryFile("w") as master_keys:  # 0600
        print("test", secrets.token_hex(32), file=master_keys, flush=True)
        environment = {
            "HOOKSWITCH_POSTGRES_URL": with_user(server, "directory_app", name),
            "HOOKSWITCH_POSTGRES_OWNER_URL": with_user(server, "directory_owner", name),
            "HOOKSWITCH_ADMIN_TOKEN": token, "HOOKSWITCH_MASTER_KEY_FILE": master_keys.name, "HOOKSWITCH_HTTP_PORT": str(port), "HOOKSWITCH_KAFKA": "127.0.0.1:1"}
        service = subprocess.Popen([binary], env=environment, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 30
            while True:
                try:
                    if request(f"{url}/v1/companies", token, "GET") == 200:
                        break
                except OSError:
                    pass
                if service.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    sys.exit(f"the directory service does not start:\n{log.read().decode()}")
                time.sleep(0.02)
            yield url, token
        finally:
            service.terminate()
            service.wait(timeout=30)


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--service", type=Path, required=True)
    words.add_argument("--install-into", type=Path, required=True)
    words.add_argument("--seed", default="20261125")
    words.add_argument("--max-examples", default="10")
    arguments = words.parse_args()
    st = packages.pypi(HERE, arguments.install_into.resolve() / "directory_api").with_name("st")
    with running_service(arguments.service.resolve()) as (url, token):
        # Something that references can be valid against.
        for company in ("anton", "berta"):
            body = {"name": company, "time_zone": "Europe/Berlin"}
            if request(f"{url}/v1/companies/{company}", token, "PUT", body) != 201:
                sys.exit("the service does not take a company")
        done = subprocess.run(
            [st, "--config-file", HERE / "schemathesis.toml", "run", f"{url}/v1/openapi.yaml", "--url", url,
             "--header", f"Authorization: Bearer {token}", "--seed", arguments.seed,
             "--max-examples", arguments.max_examples, "--no-color"],
            cwd=arguments.install_into, stdin=subprocess.DEVNULL, check=False)
    sys.exit(done.returncode)


main()
