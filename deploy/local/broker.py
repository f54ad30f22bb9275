"""The local Kafka: one KRaft node of Apache Kafka 4.1 from Maven Central, on Java 17."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
import base64
from pathlib import Path

import processes
from stack import ROOT, Refusal, Stack, locked_file, say

POM = ROOT / "deploy/local/kafka-pom.xml"
MESSAGE_BYTES_MAX = 4 * 1024 * 1024 + 65536  # HTTP cap + 64 KiB, as deploy/topics.yaml says


def java() -> str:
    """Java 17 whatever another `java` on PATH is."""
    found = sorted(Path("/usr/lib/jvm").glob("java-17-openjdk-*/bin/java"))
    if not found:
        raise Refusal("Debian's Java 17 is missing (openjdk-17-jre-headless)")
    return str(found[0])


def jars() -> Path:
    """Kafka's jars, fetched once per user and shared by all clones."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hookswitch"
    mark = hashlib.sha256(POM.read_bytes()).hexdigest()[:10]
    folder = cache / f"kafka-4.1.0-{mark}"
    if folder.exists():
        return folder
    with locked_file(cache / "kafka.lock", "another ./dev is fetching Kafka; waiting for it"):
        if not folder.exists():
            fetch_jars(folder)
    return folder


def fetch_jars(folder: Path) -> None:
    say("fetching Apache Kafka 4.1 from Maven Central")
    for left in folder.parent.glob(f"{folder.name}.new-*"):
        shutil.rmtree(left, ignore_errors=True)
    new = folder.with_name(f"{folder.name}.new-{os.getpid()}")
    new.mkdir(parents=True)
    log = folder.with_name("kafka-fetch.log")
    with open(log, "wb") as output:
        maven = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "mvn", "-B", "-f", str(POM), "dependency:copy-dependencies", f"-DoutputDirectory={new}",
             "-DincludeScope=runtime"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env=os.environ | {"JAVA_HOME": str(Path(java()).parents[1])})
        shown = time.monotonic()
        while maven.poll() is None:
            time.sleep(0.1)
            if time.monotonic() - shown > 5:
                shown = time.monotonic()
                say(f"  {log.read_bytes().count(b'Downloaded from')} files fetched")
    if maven.returncode != 0 or not list(new.glob("kafka_2.13-*.jar")):
        raise Refusal(f"Maven could not fetch Kafka:\n{processes.last_lines(log)}")
    new.rename(folder)


def server_properties(stack: Stack, data: Path) -> str:
    """A broker that was killed registers anew only when its old session has run out, hence the short one."""
    return f"""process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{stack.address("kafka controller")}
listeners=PLAINTEXT://{stack.address("kafka")},CONTROLLER://{stack.address("kafka controller")}
advertised.listeners=PLAINTEXT://{stack.address("kafka")}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
# Kafka 4.0.0 to 4.1.0 forgets a commit whose linger ends in the very millisecond of its timer (docs/decisions/0094).
group.coordinator.append.linger.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
message.max.bytes={MESSAGE_BYTES_MAX}
replica.fetch.max.bytes={MESSAGE_BYTES_MAX}
"""


def java_command(stack: Stack, *arguments: str) -> list[str]:
    return [java(), *stack.kafka_heap, "-XX:+UseG1GC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.showDateTime=true", "-cp", f"{jars()}/*", *arguments]


def format_storage(stack: Stack) -> None:
    """Formats into a folder beside, then renames: a data folder is complete or absent."""
    if (stack.state / "kafka").exists():
        return
    new = stack.place_beside("kafka")
    properties = new / "format.properties"
    properties.write_text(server_properties(stack, new / "data"), encoding="ascii")
    # One of 64 ids begins with a dash, and is taken for an option unless it is one word with its own.
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    done = subprocess.run(
        ["setpriv", "--pdeathsig", "KILL",
         *java_command(stack, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(properties))],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refusal(f"Kafka's storage could not be formatted:\n{done.stdout}{done.stderr}")
    new.rename(stack.state / "kafka")


def start(stack: Stack) -> None:
    format_storage(stack)
    properties = stack.state / "kafka.properties"
    properties.write_text(server_properties(stack, stack.state / "kafka/data"), encoding="ascii")
    processes.spawn(stack, "kafka", java_command(stack, "kafka.Kafka", str(properties)), processes.clean_environment())


def wait(stack: Stack) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if processes.pid_of(stack.run_folder("kafka")) is None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", stack.port("kafka"))) == 0:
                return
        time.sleep(0.05)
    raise Refusal(f"Kafka did not come up ({processes.how_it_ended(stack.run_folder('kafka')) or 'still starting'}):\n"
                  f"{processes.last_lines(stack.log_file('kafka'))}")


def create_topics(stack: Stack) -> None:
    done = subprocess.run(
        [stack.binaries / "hookswitch-topics", "create", "--kafka", stack.address("kafka"),
         "--file", ROOT / "deploy/topics.yaml"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refusal(f"the topics could not be created: {done.stderr.strip()}")


def stop(stack: Stack) -> str | None:
    return processes.stop(stack, "kafka", signal.SIGTERM, 20)
