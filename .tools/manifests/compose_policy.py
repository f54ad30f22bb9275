"""What Hookswitch asks of deploy/compose.yaml beyond the Compose Specification; as policy.py, in words."""

from policy import SECRET_NAME, SECRET_TEXT, Expected, texts

FOREIGN = {"kafka", "postgres"}


def violations(project: dict, expected: Expected) -> list[str]:
    services = project["services"]
    found = [f"the service {name} is not there" for name in sorted(expected.services | FOREIGN) if name not in services]
    for name, service in services.items():
        rules = foreign_rules if name in FOREIGN else lambda service: own_rules(service, expected)
        found += [f"{name}: {wrong}" for wrong in rules(service)]
    found += [f"{where}: holds what looks like a secret" for where, text in texts(project, "") if SECRET_TEXT.search(text)]
    given = {secret["source"] for secret in services.get("postgres", {}).get("secrets", [])}
    wanted = {f"{name}-{kind}-password" for name in expected.schemas for kind in ("owner", "app")}
    found += [f"postgres: is not given {name}, so the role cannot be made" for name in sorted(wanted - given)]
    for name in sorted(expected.sealing & services.keys()):
        sources = [secret["source"] for secret in services[name].get("secrets", [])]
        if services[name].get("environment", {}).get("HOOKSWITCH_MASTER_KEY_FILE") != "/run/secrets/master.keys" or "master.keys" not in sources:
            found.append(f"{name}: is not given the master keys")
    asked = dict(port.partition("=")[::2] for port in services.get("hookswitch", {}).get("environment", {}).get("HOOKSWITCH_ADMIN_URLS", "").split(","))
    found += [f"hookswitch: HOOKSWITCH_ADMIN_URLS does not name {name}, which reads the directory: `tenant apply` would not wait for it"
              for name in sorted(expected.directory_readers) if asked.get(name) != f"http://{name}:8100"]
    found += [f"the secret {name} is no file" for name, secret in project.get("secrets", {}).items() if not secret.get("file")]
    return found


def own_rules(service: dict, expected: Expected) -> list[str]:
    image, _, tag = service.get("image", "").rpartition(":")
    wrong = foreign_rules(service)
    if service.get("read_only") is not True:
        wrong.append("the root filesystem can be written")
    if tag != expected.version or image.removeprefix("hookswitch/") not in expected.services | {"hookswitch"}:
        wrong.append(f"the image {service.get('image')} is none of ours in version {expected.version}")
    return wrong


def foreign_rules(service: dict) -> list[str]:
    wrong = []
    if service.get("cap_drop") != ["ALL"] or service.get("cap_add"):
        wrong.append("not all capabilities are dropped")
    if "no-new-privileges:true" not in service.get("security_opt", []):
        wrong.append("privileges can grow")
    if not service.get("mem_limit"):
        wrong.append("has no limit of memory")
    if service.get("privileged") or service.get("network_mode") == "host":
        wrong.append("is privileged or on the host's network")
    if not service.get("healthcheck", {}).get("test") and service.get("restart") == "unless-stopped":
        wrong.append("keeps running and has no healthcheck")
    wrong += [f"the port {port.get('published')} is open beyond this machine" for port in service.get("ports", [])
              if port.get("host_ip") != "127.0.0.1"]
    wrong += [f"{name} is given as a variable: a secret is a file" for name, value in service.get("environment", {}).items()
              if value and SECRET_NAME.search(name) and not name.endswith("_FILE")]
    return wrong
