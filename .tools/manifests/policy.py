"""What Hookswitch asks of its manifests beyond their schema. Each rule takes what was built and gives what is wrong, in words."""

import re
from dataclasses import dataclass

PODS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod")
SERVICES = ("Deployment", "StatefulSet")
POD_INDEX = "metadata.labels['apps.kubernetes.io/pod-index']"
# A password in an address, a provider's key, a private key: what must be a file of a Secret.
SECRET_TEXT = re.compile(r"://[^/\s:@]+:[^/\s@]+@|\bkey_[0-9a-f]{16,}|-----BEGIN")
SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|API_KEY|MASTER_KEY|POSTGRES_(OWNER_)?URL")


@dataclass(frozen=True)
class Expected:
    """What the repository says elsewhere: its services, those of them that keep a schema, those that seal or open provider keys, those that
    read the directory's topic, its topics' consumers, its version."""

    services: frozenset[str]
    schemas: frozenset[str]
    sealing: frozenset[str]
    directory_readers: frozenset[str]
    consumers: frozenset[str]
    version: str


def violations(objects: list[dict], expected: Expected) -> list[str]:
    found = []
    for thing in objects:
        if thing["kind"] in PODS:
            found += [f"{name_of(thing)}: {wrong}" for wrong in pod_rules(thing, expected)]
        if thing["kind"] in SERVICES:
            found += [f"{name_of(thing)}: {wrong}" for wrong in service_rules(thing, objects)]
        if thing["kind"] == "StatefulSet":
            found += [f"{name_of(thing)}: {wrong}" for wrong in consumer_rules(thing)]
        found += [f"{name_of(thing)}: {wrong}" for wrong in secret_rules(thing)]
    return (found + completeness(objects, expected) + network_rules(objects) + reference_rules(objects)
            + master_key_rules(objects, expected))


def name_of(thing: dict) -> str:
    return f"{thing['kind']} {thing['metadata']['name']}"


def template(thing: dict) -> dict:
    if thing["kind"] == "Pod":
        return thing
    spec = thing["spec"]
    return spec["jobTemplate"]["spec"]["template"] if thing["kind"] == "CronJob" else spec["template"]


def containers(thing: dict) -> list[dict]:
    spec = template(thing)["spec"]
    return spec.get("initContainers", []) + spec["containers"]


def variables(container: dict) -> dict[str, dict]:
    return {entry["name"]: entry for entry in container.get("env", [])}


def pod_rules(thing: dict, expected: Expected) -> list[str]:
    pod = template(thing)["spec"]
    context = pod.get("securityContext", {})
    wrong = []
    if pod.get("automountServiceAccountToken") is not False:
        wrong.append("automountServiceAccountToken is not false")
    if context.get("runAsNonRoot") is not True or not context.get("runAsUser"):
        wrong.append("does not run as a user with a number that is not root's")
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        wrong.append("the seccomp profile is not RuntimeDefault")
    wrong += [f"{member} is set" for member in ("hostNetwork", "hostPID", "hostIPC") if pod.get(member)]
    wrong += [f"the volume {volume['name']} is the node's" for volume in pod.get("volumes", []) if "hostPath" in volume]
    for container in containers(thing):
        wrong += [f"container {container['name']}: {what}" for what in container_rules(container, expected)]
    return wrong


def container_rules(container: dict, expected: Expected) -> list[str]:
    context = container.get("securityContext", {})
    resources = container.get("resources", {})
    image, _, tag = container["image"].rpartition(":")
    wrong = []
    if context.get("allowPrivilegeEscalation") is not False:
        wrong.append("privileges can grow")
    if context.get("readOnlyRootFilesystem") is not True:
        wrong.append("the root filesystem can be written")
    if context.get("capabilities") != {"drop": ["ALL"]}:
        wrong.append("not all capabilities are dropped")
    if context.get("privileged") or context.get("runAsUser") == 0 or context.get("runAsNonRoot") is False:
        wrong.append("is privileged or root")
    if not {"cpu", "memory"} <= resources.get("requests", {}).keys() or "memory" not in resources.get("limits", {}):
        wrong.append("asks for no CPU or memory, or has no limit of memory")
    if tag != expected.version:
        wrong.append(f"the image {container['image']} is not of version {expected.version}")
    if image.rpartition("/")[2] not in expected.services | {"hookswitch"}:
        wrong.append(f"the image {container['image']} is none of ours")
    return wrong


def service_rules(thing: dict, objects: list[dict]) -> list[str]:
    pod = template(thing)
    main = pod["spec"]["containers"][0]
    wrong = []
    for probe, path in (("startupProbe", "live"), ("livenessProbe", "live"), ("readinessProbe", "ready")):
        if main.get(probe, {}).get("httpGet") != {"path": f"/healthz/{path}", "port": "admin"}:
            wrong.append(f"the {probe} does not ask the admin port's /healthz/{path}")
    before = main.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    # What it takes to stop: run() of libs/runtime, and the longest that its parts may take.
    if pod["spec"].get("terminationGracePeriodSeconds", 0) < before + 20:
        wrong.append("is killed before it can have stopped")
    if not pod["spec"].get("topologySpreadConstraints"):
        wrong.append("nothing spreads its pods")
    selecting = [other for other in objects if other["kind"] in ("PodDisruptionBudget", "Service") and selects(other, pod)]
    takes_requests = any(port.get("name") == "http" for port in main.get("ports", []))
    if not any(other["kind"] == "PodDisruptionBudget" for other in selecting):
        wrong.append("no PodDisruptionBudget selects its pods")
    if not any(other["kind"] == "Service" and (not takes_requests or any(port["name"] == "http" for port in other["spec"]["ports"]))
               for other in selecting):
        wrong.append("no Service selects its pods" + (" with their port http" if takes_requests else ""))
    if not before and takes_requests:
        wrong.append("takes requests, and has no preStop that waits until its endpoint is withdrawn")
    for other in objects:
        if other["kind"] != "Service" or other["spec"].get("clusterIP") != "None" or not selects(other, pod):
            continue
        inside = {port["name"]: port["containerPort"] for port in main.get("ports", [])}
        for port in other["spec"]["ports"]:
            if inside.get(port["name"], port["port"]) != port["port"]:
                wrong.append(f"port {port['port']} of its Service is not its own, and without a cluster IP nothing translates it")
    if thing["spec"]["selector"]["matchLabels"].items() - pod["metadata"]["labels"].items():
        wrong.append("its selector does not select its own pods")
    return wrong


def selects(other: dict, pod: dict) -> bool:
    selector = other["spec"].get("selector", {})
    labels = selector.get("matchLabels", {}) if other["kind"] == "PodDisruptionBudget" else selector
    return bool(labels) and labels.items() <= pod["metadata"]["labels"].items()


def consumer_rules(thing: dict) -> list[str]:
    given = variables(template(thing)["spec"]["containers"][0])
    wrong = []
    instance = given.get("HOOKSWITCH_INSTANCE", {}).get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
    if instance != POD_INDEX:
        wrong.append("HOOKSWITCH_INSTANCE is not the pod's ordinal")
    replicas = given.get("HOOKSWITCH_REPLICAS", {}).get("value")
    if replicas != str(thing["spec"].get("replicas", 1)):
        wrong.append(f"HOOKSWITCH_REPLICAS is {replicas}, spec.replicas is {thing['spec'].get('replicas', 1)}")
    if any("OWNER_URL" in name for name in given):
        wrong.append("the running service is given the owner's URL (docs/decisions/0070)")
    return wrong


def secret_rules(thing: dict) -> list[str]:
    wrong = ["is a Secret: those are made by hand, never by a manifest"] if thing["kind"] == "Secret" else []
    wrong += [f"holds what looks like a secret: {where}" for where, text in texts(thing, "") if SECRET_TEXT.search(text)]
    named = list(thing.get("data", {}).items()) if thing["kind"] == "ConfigMap" else []
    if thing["kind"] in PODS:
        named += [(entry["name"], entry.get("value") or "secretKeyRef" in str(entry))
                  for container in containers(thing) for entry in container.get("env", [])]
    wrong += [f"{name} is given as a variable: a secret is a file ({name}_FILE)"
              for name, value in named if SECRET_NAME.search(name) and not name.endswith("_FILE") and value]
    return wrong


def texts(value, where: str):
    """Every text in a tree, with its place."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from texts(member, f"{where}/{name}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from texts(member, f"{where}/{index}")
    elif isinstance(value, str):
        yield where, value


def completeness(objects: list[dict], expected: Expected) -> list[str]:
    there = {kind: {thing["metadata"]["name"] for thing in objects if thing["kind"] == kind} for kind in SERVICES}
    running = there["Deployment"] | there["StatefulSet"]
    wrong = [f"the service {name} has no Deployment and no StatefulSet" for name in sorted(expected.services - running)]
    wrong += [f"{name} is no service of this repository" for name in sorted(running - expected.services)]
    wrong += [f"{name} consumes a topic and is no StatefulSet" for name in sorted(expected.consumers - there["StatefulSet"])]
    guarded = [thing for thing in objects if thing["kind"] == "Namespace"
               and thing["metadata"].get("labels", {}).get("pod-security.kubernetes.io/enforce") == "restricted"]
    if len(guarded) != 1:
        wrong.append("there is not one Namespace that enforces the restricted Pod Security Standard")
    names = {thing["metadata"]["name"] for thing in guarded}
    wrong += [f"{name_of(thing)} is outside the namespace" for thing in objects
              if thing["kind"] != "Namespace" and thing["metadata"].get("namespace") not in names]
    return wrong


def network_rules(objects: list[dict]) -> list[str]:
    policies = [thing for thing in objects if thing["kind"] == "NetworkPolicy"]
    deny = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    wrong = [] if any(policy["spec"] == deny for policy in policies) else ["no NetworkPolicy denies everything"]
    for policy in policies:
        for rule in policy["spec"].get("ingress", []) + policy["spec"].get("egress", []):
            if not rule.get("ports"):
                wrong.append(f"{name_of(policy)} opens every port")
    for thing in objects:
        ports = {port["name"] for port in template(thing)["spec"]["containers"][0].get("ports", [])} if thing["kind"] in SERVICES else ()
        if "http" in ports and not any(lets_in(policy, template(thing)) for policy in policies):
            wrong.append(f"{name_of(thing)} answers requests, and no NetworkPolicy lets anybody to its port http")
    labels = [template(thing)["metadata"]["labels"].items() for thing in objects if thing["kind"] in PODS]
    wrong += [f"{name_of(policy)} selects no pod" for policy in policies
              if not any(policy["spec"]["podSelector"].get("matchLabels", {}).items() <= pod for pod in labels)]
    return wrong


def lets_in(policy: dict, pod: dict) -> bool:
    """To the pod's port http."""
    chosen = policy["spec"]["podSelector"].get("matchLabels", {}).items() <= pod["metadata"]["labels"].items()
    return chosen and any(port.get("port") == "http" for rule in policy["spec"].get("ingress", []) for port in rule.get("ports", []))


def master_key_rules(objects: list[dict], expected: Expected) -> list[str]:
    """Who seals provider keys and who opens them is given the same master keys."""
    wrong, given = [], {}
    for thing in objects:
        if thing["kind"] not in SERVICES or thing["metadata"]["name"] not in expected.sealing:
            continue
        pod = template(thing)["spec"]
        main = pod["containers"][0]
        file = variables(main).get("HOOKSWITCH_MASTER_KEY_FILE", {}).get("value", "")
        secrets = {volume["name"]: volume["secret"]["secretName"] for volume in pod.get("volumes", []) if "secret" in volume}
        given[name_of(thing)] = next((secrets[mount["name"]] for mount in main.get("volumeMounts", [])
                                      if mount["name"] in secrets and file.startswith(mount["mountPath"] + "/")), None)
    wrong += [f"{name} is given no master key file of a Secret" for name, secret in given.items() if not secret]
    if len(set(given.values())) > 1:
        wrong.append(f"not the same master keys for all: {', '.join(given)}")
    return wrong


def reference_rules(objects: list[dict]) -> list[str]:
    """ConfigMaps that pods name must be there, and every one must be named: kustomize follows what it knows only."""
    there = {thing["metadata"]["name"] for thing in objects if thing["kind"] == "ConfigMap"}
    named, wrong = set(), []
    for thing in objects:
        if thing["kind"] not in PODS:
            continue
        pod = template(thing)["spec"]
        volumes = {volume["name"]: volume for volume in pod.get("volumes", [])}
        own = {volume["configMap"]["name"] for volume in volumes.values() if "configMap" in volume}
        for container in containers(thing):
            own |= {source["configMapRef"]["name"] for source in container.get("envFrom", []) if "configMapRef" in source}
            wrong += [f"{name_of(thing)}: no volume {mount['name']}" for mount in container.get("volumeMounts", [])
                      if mount["name"] not in volumes]
            wrong += [f"{name_of(thing)}: {mount['name']} is mounted by subPath and would never change"
                      for mount in container.get("volumeMounts", []) if "subPath" in mount]
        wrong += [f"{name_of(thing)}: there is no ConfigMap {name}" for name in sorted(own - there)]
        named |= own
    return wrong + [f"nobody uses the ConfigMap {name}" for name in sorted(there - named)]
