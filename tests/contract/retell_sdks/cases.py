"""The questions: bodies, keys, clocks and headers, good and bent."""

import base64
import hashlib
import hmac
import pathlib
import random

NOW_MS = 1_795_421_700_000
KEY = "key_7f3c9a51d2e84b06a1c57e90b3d6"
SAMPLES = pathlib.Path(__file__).resolve().parent.parent / "samples"

KEYS = [KEY, "k", "key with spaces ", "schlüssel_ß_鍵_🔑", "x" * 64, "y" * 65, "z" * 500, "tab\tand\nline", "v=1,d=2"]


def is_utf8(body):
    try:
        body.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


def good_bodies():
    bodies = [b"", b"{}", b"0", b" ", b"\n", b"\x00", b"{\"a\":\"\\u0000\"}", b"\xef\xbb\xbf{}", b"{}\r\n",
              "{\"name\":\"Frau Jürgensen-Öztürk, 10 Uhr – 30 €\"}".encode(), "{\"👍\":\"👨‍👩‍👧\"}".encode(),
              "\u2028\u2029\ufeff\uffff".encode(), "e\u0301 \u00e9".encode(), "\U0010ffff".encode(),
              b"1795421700000", b"x" * 63, b"x" * 64, b"x" * 65, b"[" * 100_000,
              ("{\"transcript\":\"" + "Guten Tag, ich hätte gern einen Termin. " * 25_000 + "\"}").encode()]
    return bodies + [file.read_bytes() for file in sorted(SAMPLES.glob("retell_*.json"))]


def bad_bodies():
    """Not UTF-8. Signed over the text that a lenient decoder makes of it, both SDKs accept them."""
    return [b"\xff", b"{\"a\":\"\xc3\"}", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"abc\xe2\x82"]


def digest(key, body, stamp):
    return hmac.new(key.encode(), body + str(stamp).encode(), hashlib.sha256).hexdigest()


def header(key, body, stamp=NOW_MS):
    return f"v={stamp},d={digest(key, body, stamp)}"


def question(key, body, text, now_ms=NOW_MS, note=""):
    return {"do": "verify", "key": key, "body_base64": base64.b64encode(body).decode(), "header": text,
            "now_ms": now_ms, "note": note}


def to_sign():
    return [{"key": key, "body_base64": base64.b64encode(body).decode(), "now_ms": NOW_MS}
            for key in KEYS for body in (good_bodies() if key == KEY else good_bodies()[:12])]


def bent_headers(body):
    """Headers that are nearly right, each with a word on how."""
    good = header(KEY, body)
    stamp, hexes = str(NOW_MS), digest(KEY, body, NOW_MS)
    yield from [(good, "right"), (good.upper(), "upper"), ("V" + good[1:], "V="), (f"v={stamp},D={hexes}", "D="),
                (f"v={stamp},d={hexes.upper()}", "upper hex"), (f"v={stamp},d={hexes[:32]}{hexes[32:].upper()}", "mixed"),
                ("", "empty"), (" " + good, "space before"), (good + " ", "space behind"), (good + "\n", "newline"),
                (good + "\r\n", "crlf"), ("\n" + good, "newline before"), (good + "\n" + good, "twice"),
                (good + "," + good, "joined"), (good + ",v=1", "more"), (good + "0", "65"), (good[:-1], "63"),
                (good[:-2], "62"), (f"v={stamp}", "no d"), (f"d={hexes}", "no v"), (f"d={hexes},v={stamp}", "order"),
                (f"v={stamp}, d={hexes}", "space"), (f"v = {stamp},d={hexes}", "spaces"), (f"v={stamp};d={hexes}", ";"),
                (f"v=,d={hexes}", "no digits"), (f"v={stamp},d=", "no hex"), (f"v=+{stamp},d={hexes}", "+"),
                (f"v=-{stamp},d={hexes}", "-"), (f"v={stamp}.0,d={hexes}", ".0"), (f"v={stamp}e0,d={hexes}", "e0"),
                (f"v=0x1a2,d={hexes}", "0x"), (f"v={stamp[:3]}_{stamp[3:]},d={hexes}", "_"),
                (f"v={stamp}n,d={hexes}", "n"), (f"t={stamp[:10]},v1={hexes}", "t,v1"), (f"sha256={hexes}", "sha256="),
                (hexes, "bare"), (f"v={stamp},d=0x{hexes[2:]}", "0x hex"), (f"v={stamp},d={'g' * 64}", "g"),
                (f"v={stamp},d={hexes[:-1]}\u0661", "odd hex"), (f"v={stamp},d={hexes}\u0000", "NUL"),
                (f"v={stamp},d={base64.b64encode(bytes.fromhex(hexes)).decode()}", "base64"),
                (f"v={stamp},d={'0' * 64}", "zeros")]
    arabic = "".join(chr(0x660 + int(d)) for d in stamp)
    wide = "".join(chr(0xFF10 + int(d)) for d in stamp)
    for digits in (arabic, wide, arabic[0] + stamp[1:]):
        yield f"v={digits},d={hexes}", "digits that are not ASCII"
    for zeros in (1, 2, 7, 100, 4287, 4288, 9000):
        yield f"v={'0' * zeros}{stamp},d={hexes}", f"{zeros} leading zeros"
        yield f"v={'0' * zeros}{stamp},d={digest(KEY, body, '0' * zeros + stamp)}", "zeros signed as sent"
    for number in (0, 1, 2**31, 2**32, 2**53 - 1, 2**53, 2**53 + 1, 2**63, 2**64, 2**64 + NOW_MS, 2**128, 10**400):
        yield header(KEY, body, number), f"the stamp {number if number < 10**40 else '10^400'}"


def to_verify():
    rng = random.Random(20261123)
    bodies = good_bodies()
    questions = []
    for body in (bodies[1], bodies[9]):
        questions += [question(KEY, body, text, note=note) for text, note in bent_headers(body)]
    for offset in (0, 1, 299_999, 300_000, 300_001, 3_600_000, 10**12):
        for sign in (1, -1):
            for body in bodies[:4]:
                questions.append(question(KEY, body, header(KEY, body), NOW_MS + sign * offset, f"off by {offset}"))
    for key in [*KEYS, ""]:
        for signer in [*KEYS, "", key + " ", key.upper(), key[:-1]]:
            questions.append(question(key, bodies[1], header(signer, bodies[1]), note="another key"))
    for body in bodies:
        questions.append(question(KEY, body, header(KEY, body), note="genuine"))
        for other in (body + b" ", body + b"\n", body[:-1], body[1:], b"\xef\xbb\xbf" + body, body.swapcase()):
            if len(body) < 200_000:
                questions.append(question(KEY, other, header(KEY, body), note="another body"))
    for body in bad_bodies():
        questions.append(question(KEY, body, header(KEY, body), note="not UTF-8, signed raw"))
        lenient = body.decode("utf-8", errors="replace").encode()
        questions.append(question(KEY, body, header(KEY, lenient), note="not UTF-8, signed as decoded"))
    for _ in range(300):
        body = rng.choice(bodies[:18])
        text = list(header(KEY, body))
        for _ in range(rng.randrange(3)):
            text[rng.randrange(len(text))] = rng.choice("0123456789abcdefABCDEF=,vd \u0661")
        questions.append(question(KEY, body, "".join(text), NOW_MS + rng.choice([0, 0, 0, 5_000, -5_000]), "random"))
    return questions
