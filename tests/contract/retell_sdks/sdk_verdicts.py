"""Answers lines of JSON with what Retell's PyPI SDK says. See compare.py for the protocol."""

import base64
import json
import sys

from retell import Retell
from retell.lib.webhook_auth import symmetric

client = Retell(api_key="never_sent")


def answer(question):
    body = base64.b64decode(question["body_base64"]).decode("utf-8", errors="replace")
    match question["do"]:
        case "sign":
            return {"header": symmetric["sign"](body, question["key"], question["now_ms"])}
        case "sign_now":
            return {"header": symmetric["sign"](body, question["key"])}
        case "verify":
            options = {"timestamp": question["now_ms"]}
            return {"accepts": symmetric["verify"](body, question["key"], question["header"], options)}
        case "verify_now":
            return {"accepts": client.verify(body, question["key"], question["header"])}
    raise ValueError(f"unknown question {question['do']}")


for line in sys.stdin.buffer:
    try:
        said = answer(json.loads(line))
    except Exception as error:  # an SDK that throws does not accept
        said = {"accepts": False, "error": repr(error)}
    print(json.dumps(said), flush=False)
