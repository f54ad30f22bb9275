"""The local PostgreSQL: a private cluster of Debian's version 15, never run by root, on a port of its own."""

import os
import pwd
import signal
import subprocess
import time
from pathlib import Path

import credentials
import processes
from stack import ROLES, SCHEMAS, Refusal, Stack

BIN = Path("/usr/lib/postgresql/15/bin")


def as_its_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: then the user postgres of Debian's package runs it. setpriv keeps the pid."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]


def give_to_its_user(path: Path) -> None:
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(path, user.pw_uid, user.pw_gid)


def initialise(stack: Stack) -> None:
    """Makes the cluster in a folder beside, then renames: a data folder is complete or absent."""
    if (stack.state / "postgres").exists():
        return
    new = stack.place_beside("postgres")
    password = new / "password"
    password.write_text(credentials.ensure(stack)["postgres"] + "\n", encoding="ascii")
    password.chmod(0o600)
    for path in (new, password):
        give_to_its_user(path)
    done = subprocess.run(
        as_its_user(["setpriv", "--pdeathsig", "KILL", str(BIN / "initdb"), "-D", str(new / "data"), "--username=postgres", f"--pwfile={password}",
                     "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode != 0:
        raise Refusal(f"the PostgreSQL cluster could not be made:\n{done.stdout}{done.stderr}")
    password.unlink()
    new.rename(stack.state / "postgres")


def start(stack: Stack) -> None:
    initialise(stack)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(stack.port("postgres")),
        "unix_socket_directories": "",
        "max_connections": "100",
        "cluster_name": f"hookswitch-{stack.port_base}",
        "log_min_error_statement": "panic",  # statements hold people's words; they stay out of the log
        "log_error_verbosity": "terse",
        "autovacuum_naptime": "5s",  # an outbox is written and emptied all the time (docs/decisions/0096)
    }
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    processes.spawn(
        stack, "postgres",
        as_its_user([str(BIN / "postgres"), "-D", str(stack.state / "postgres/data"), *flags]),
        processes.clean_environment() | {"LC_ALL": "C.UTF-8"})


def answers(stack: Stack, patience_s: int) -> bool:
    done = subprocess.run([BIN / "pg_isready", "-q", "-t", str(patience_s), "-h", "127.0.0.1",
                           "-p", str(stack.port("postgres"))], check=False)
    return done.returncode == 0


def wait(stack: Stack) -> None:
    """After a kill -9 the server first recovers, and may first have to wait for its predecessor's children."""
    deadline = time.monotonic() + 90
    tries = 1
    while time.monotonic() < deadline:
        if answers(stack, 3):
            return
        if processes.pid_of(stack.run_folder("postgres")) is None:
            if tries == 5:
                break
            tries += 1
            time.sleep(1)
            start(stack)
        time.sleep(0.05)
    raise Refusal(f"PostgreSQL did not come up ({processes.how_it_ended(stack.run_folder('postgres')) or 'still starting'}):\n"
                  f"{processes.last_lines(stack.log_file('postgres'))}")


def run_sql(stack: Stack, database: str, sql: str) -> str:
    done = subprocess.run(
        [BIN / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
         "-p", str(stack.port("postgres")), "-U", "postgres", "-d", database],
        input=sql, capture_output=True, text=True, check=False,
        env=processes.clean_environment() | {"PGPASSWORD": credentials.ensure(stack)["postgres"]})
    if done.returncode != 0:
        raise Refusal(f"PostgreSQL refused to be set up: {done.stderr.strip()}")
    return done.stdout


def prepare(stack: Stack) -> None:
    """The database and the services' roles. Repeating it changes nothing."""
    known = credentials.ensure(stack)
    if run_sql(stack, "postgres", "SELECT 1 FROM pg_database WHERE datname = 'hookswitch'").strip() != "1":
        run_sql(stack, "postgres", "CREATE DATABASE hookswitch")
    statements = ["REVOKE ALL ON DATABASE hookswitch FROM PUBLIC;"]
    for role in ROLES:
        # CREATE ROLE has no IF NOT EXISTS. The passwords are hexadecimal, so they need no quoting.
        statements.append(
            f"SELECT 'CREATE ROLE {role}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec\n"
            f"ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '{known[role]}';\n"
            f"GRANT CONNECT ON DATABASE hookswitch TO {role};")
    statements += [f"GRANT CREATE ON DATABASE hookswitch TO {schema}_owner;" for schema in SCHEMAS]
    run_sql(stack, "hookswitch", "\n".join(statements))


def stop(stack: Stack) -> str | None:
    return processes.stop(stack, "postgres", signal.SIGINT, 20)  # SIGINT: a fast, clean shutdown
