#!/usr/bin/env python3
"""Puts the same questions to Retell's npm SDK, its PyPI SDK and ours, and compares the answers.

One question a line: {"do": "sign" | "verify" | "sign_now" | "verify_now", "key", "body_base64", "header"?, "now_ms"?}
One answer a line:   {"header"} to a sign, {"accepts", "error"?} to a verify.
"""

import argparse
import base64
import json
import os
import pathlib
import subprocess
import sys

import cases

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import packages  # noqa: E402


class Party:
    """One implementation, asked in batches: its answers come in the order of the questions."""

    def __init__(self, name, command, environment=None):
        self.name = name
        self.command = [str(part) for part in command]
        self.environment = {**os.environ, **(environment or {})}

    def ask(self, questions):
        text = "".join(json.dumps(question) + "\n" for question in questions)
        done = subprocess.run(self.command, input=text.encode(), stdout=subprocess.PIPE, timeout=300,
                              env=self.environment)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        if done.returncode != 0 or len(answers) != len(questions):
            sys.exit(f"{self.name} broke down: exit {done.returncode}, {len(answers)} answers to {len(questions)}")
        return answers


def shown(question):
    body = base64.b64decode(question["body_base64"])
    return f"key={question['key'][:40]!r} header={question.get('header', '')[:120]!r} " \
           f"body={body[:60]!r} ({len(body)} bytes) now={question.get('now_ms')} {question.get('note', '')}"


def everyone_signs_everyone_verifies(parties, suffix):
    """Each party's signature is the same text (with a fixed clock) and genuine to each other party."""
    wrong = []
    signs = [{**question, "do": "sign" + suffix} for question in cases.to_sign()]
    headers = {party.name: [said.get("header") for said in party.ask(signs)] for party in parties}
    for index, question in enumerate(signs):
        if not suffix and len({made[index] for made in headers.values()}) != 1:
            wrong.append(f"signed differently: {shown(question)}: {[made[index] for made in headers.values()]}")
    for signer in parties:
        asked = [{**question, "do": "verify" + suffix, "header": header}
                 for question, header in zip(signs, headers[signer.name])]
        for verifier in parties:
            for question, said in zip(asked, verifier.ask(asked)):
                if said["accepts"] is not True:
                    wrong.append(f"{verifier.name} refuses what {signer.name} signed: {shown(question)}: {said}")
    print(f"  {len(signs)} bodies signed by each of {len(parties)}, each verified by all "
          f"({'at the present time' if suffix else 'at a fixed time'})")
    return wrong


def same_verdicts(ours, sdks):
    """We accept exactly what both SDKs accept and is UTF-8."""
    wrong = []
    questions = cases.to_verify()
    answers = [[said["accepts"] is True for said in party.ask(questions)] for party in (ours, *sdks)]
    accepted = disagreed = not_utf8 = 0
    for question, own, *theirs in zip(questions, *answers):
        utf8 = cases.is_utf8(base64.b64decode(question["body_base64"]))
        accepted += own
        disagreed += len(set(theirs)) > 1
        not_utf8 += all(theirs) and not utf8
        if own and not all(theirs):
            wrong.append(f"we accept, {[p.name for p, t in zip(sdks, theirs) if not t]} refuse: {shown(question)}")
        if all(theirs) and utf8 and not own:
            wrong.append(f"both SDKs accept, we refuse: {shown(question)}")
    print(f"  {len(questions)} variations: {accepted} accepted by us and both SDKs, "
          f"{len(questions) - accepted} refused; the SDKs differed on {disagreed}; "
          f"{not_utf8} that both accept are not UTF-8")
    # A generator that had gone wrong would compare nothing.
    if len(questions) < 300 or accepted < 100 or len(questions) - accepted < 100 or not disagreed or not not_utf8:
        wrong.append("the variations do not vary enough to prove anything")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True, help="the retell_verdicts program")
    parser.add_argument("--install-into", required=True, type=pathlib.Path, help="where the SDKs are installed")
    arguments = parser.parse_args()

    node_folder = packages.npm(HERE, arguments.install_into / "npm")
    python = packages.pypi(HERE, arguments.install_into / "pypi")
    ours = Party("ours", [arguments.ours])
    npm = Party("npm retell-sdk", ["node", HERE / "sdk_verdicts.cjs", node_folder])
    pypi = Party("PyPI retell-sdk", [python, HERE / "sdk_verdicts.py"], {"PYTHONDONTWRITEBYTECODE": "1"})

    wrong = []
    for suffix in ("", "_now"):
        wrong += everyone_signs_everyone_verifies([ours, npm, pypi], suffix)
    wrong += same_verdicts(ours, [npm, pypi])
    for line in wrong[:20]:
        print(f"WRONG {line}", file=sys.stderr)
    if wrong:
        sys.exit(f"{len(wrong)} disagreements with Retell's SDKs")
    print("ours, npm and PyPI agree")


if __name__ == "__main__":
    main()
