"""A grammar of HTTP streams for the webhook door: one to three signed webhooks on one connection, and one defect of a kind
that has split servers before (smuggling, framing, encoding, size). Says of each stream what a strict reader of RFC 9112
takes of it. Seeded: a number names a stream for ever."""

import random
from dataclasses import dataclass, field
from typing import Callable

TARGET = b"/webhooks/retell"
FIELDS_MAX = 64
HEADER_BYTES_MAX = 8192


@dataclass
class Request:
    """A webhook in the parts that a defect may change. `after` follows it in the stream."""
    call_id: str
    fields: list[tuple[bytes, bytes]]
    body: bytes
    line: bytes = b"POST " + TARGET + b" HTTP/1.1"
    end: bytes = b"\r\n"
    after: bytes = b""

    def value_of(self, name: bytes) -> bytes:
        return next(value for known, value in self.fields if known.lower() == name.lower())

    def replace(self, name: bytes, value: bytes) -> None:
        self.fields = [(known, value if known.lower() == name.lower() else old) for known, old in self.fields]

    def remove(self, name: bytes) -> None:
        self.fields = [(known, value) for known, value in self.fields if known.lower() != name.lower()]

    def insert(self, at: int, name: bytes, value: bytes) -> None:
        self.fields.insert(at, (name, value))

    def bytes(self) -> bytes:
        lines = [self.line, *(name + value if name.endswith(b"\0raw") else name + b": " + value for name, value in self.fields)]
        lines = [line.replace(b"\0raw", b"") for line in lines]
        return self.end.join(lines) + self.end * 2 + self.body + self.after


@dataclass
class Stream:
    seed: int
    what: str
    data: bytes
    accepted: list[str]  # the calls whose webhooks a strict reader takes, in order
    smuggled: list[str] = field(default_factory=list)  # that lie in it where no request may begin
    ends: bool = False  # the server must close: a refusal, or it was asked to


def number(request: Request) -> bytes:
    return str(len(request.body)).encode()


def raw_line(line: bytes) -> tuple[bytes, bytes]:
    """A header line exactly as given."""
    return line + b"\0raw", b""


def length(make: Callable[[bytes], bytes]):
    def defect(request: Request, _random, _hidden: bytes) -> None:
        request.replace(b"Content-Length", make(number(request)))
    return defect


def second_length(make: Callable[[bytes], bytes]):
    def defect(request: Request, dice, _hidden: bytes) -> None:
        request.insert(dice.randrange(len(request.fields) + 1), b"Content-Length", make(number(request)))
    return defect


def coding(name: bytes, value: bytes, keep_length: bool):
    """The classic: what one reader takes for the body, another takes for chunks, with a request behind them."""
    def defect(request: Request, dice, hidden: bytes) -> None:
        request.insert(dice.randrange(len(request.fields) + 1), name, value)
        if not keep_length:
            request.remove(b"Content-Length")
        if dice.random() < 0.5:
            request.body = b"%x\r\n%b\r\n" % (len(request.body), request.body)
        request.body += b"0\r\n\r\n" + hidden
    return defect


def extra_line(line: bytes):
    def defect(request: Request, dice, _hidden: bytes) -> None:
        request.fields.insert(dice.randrange(len(request.fields) + 1), raw_line(line))
    return defect


def request_line(line: bytes):
    def defect(request: Request, _random, _hidden: bytes) -> None:
        request.line = line
    return defect


def line_ends(end: bytes):
    def defect(request: Request, _random, _hidden: bytes) -> None:
        request.end = end
    return defect


def missing(name: bytes):
    def defect(request: Request, _random, hidden: bytes) -> None:
        request.remove(name)
        if name == b"Content-Length":
            request.body = hidden or request.body
    return defect


def short_length(request: Request, _random, hidden: bytes) -> None:
    """A length of nothing: the body would be the next request."""
    request.replace(b"Content-Length", b"00")
    request.body = hidden or request.body


def many_fields(request: Request, dice, _hidden: bytes) -> None:
    for each in range(FIELDS_MAX + dice.randrange(1, 200)):
        request.insert(len(request.fields), b"X-Many-%d" % each, b"1")


def long_field(request: Request, dice, _hidden: bytes) -> None:
    request.insert(0, b"X-Long", b"a" * dice.randrange(HEADER_BYTES_MAX, 60_000))


def long_target(request: Request, dice, _hidden: bytes) -> None:
    request.line = b"POST " + TARGET + b"?" + b"a" * dice.randrange(HEADER_BYTES_MAX, 60_000) + b" HTTP/1.1"


def huge_length(request: Request, dice, _hidden: bytes) -> None:
    request.replace(b"Content-Length", str(dice.choice((4 * 1024 * 1024 + 1, 2**31, 2**32 + len(request.body), 2**63, 2**64,
                                                        10**20, 10**300))).encode())


def twice(name: bytes):
    def defect(request: Request, dice, _hidden: bytes) -> None:
        request.insert(dice.randrange(len(request.fields) + 1), name, request.value_of(name))
    return defect


def byte_in_value(byte: bytes):
    def defect(request: Request, dice, _hidden: bytes) -> None:
        at = dice.randrange(len(request.fields))
        name, value = request.fields[at]
        request.fields[at] = name, value[:len(value) // 2] + byte + value[len(value) // 2:]
    return defect


def byte_in_name(byte: bytes):
    def defect(request: Request, dice, _hidden: bytes) -> None:
        at = dice.randrange(len(request.fields))
        name, value = request.fields[at]
        cut = dice.randrange(len(name) + 1)
        request.fields[at] = name[:cut] + byte + name[cut:], value
    return defect


# Each makes the stream unreadable from this request on: nothing of it and nothing behind it may be taken.
DEFECTS: dict[str, Callable] = {
    **{f"Content-Length {name}": length(make) for name, make in {
        "with a sign": lambda n: b"+" + n, "negative": lambda n: b"-" + n, "as a list": lambda n: n + b", " + n,
        "as a list of two": lambda n: n + b",0", "hexadecimal": lambda n: b"0x" + n, "with a fraction": lambda n: n + b".0",
        "with an exponent": lambda n: n + b"e0", "empty": lambda n: b"", "in two words": lambda n: n[:1] + b" " + n[1:],
        "quoted": lambda n: b'"' + n + b'"', "with a leading zero": lambda n: b"0" + n, "with a letter": lambda n: n + b"a",
        "in Arabic digits": lambda n: "٢٣".encode(), "with a semicolon": lambda n: n + b";", "underscored": lambda n: n + b"_0",
    }.items()},
    "Content-Length twice": second_length(lambda n: n),
    "Content-Length twice, differing": second_length(lambda n: b"0"),
    "Content-Length missing": missing(b"Content-Length"),
    "Content-Length of nothing": short_length,
    "Content-Length huge": huge_length,
    **{f"Transfer-Encoding {value!r} {'with' if keep else 'without'} Content-Length": coding(name, value, keep)
       for name in (b"Transfer-Encoding", b"transfer-encoding") for keep in (True, False)
       for value in (b"chunked", b"Chunked", b"identity", b"chunked, identity", b"gzip, chunked", b"xchunked", b"\tchunked",
                     b"chunked;q=1", b"", b'"chunked"', b"chunked,", b"cow")},
    "Transfer-Encoding before a space": coding(b"Transfer-Encoding ", b"chunked", True),
    "Transfer-Encoding behind a space": coding(b" Transfer-Encoding", b"chunked", True),
    "Transfer-Encoding on a continued line": extra_line(b"X: a\r\n Transfer-Encoding: chunked"),
    "a continued line": extra_line(b"X-Folded: a\r\n\tb"),
    "a line without a colon": extra_line(b"X-No-Colon"),
    "a line without a name": extra_line(b": value"),
    "a bare line feed between lines": extra_line(b"X: a\nContent-Length: 0"),
    "a bare carriage return in a value": extra_line(b"X: a\rContent-Length: 0"),
    "two carriage returns": extra_line(b"X: a\r"),
    "bare line feeds": line_ends(b"\n"),
    "bare carriage returns": line_ends(b"\r"),
    "line feeds before carriage returns": line_ends(b"\n\r"),
    **{f"byte {byte!r} in a value": byte_in_value(byte) for byte in (b"\0", b"\x01", b"\x0b", b"\x0c", b"\x7f", b"\x1b")},
    **{f"byte {byte!r} in a name": byte_in_name(byte) for byte in (b"\0", b" ", b"\t", b"(", b"@", b"/", b"{", b"\xc3\xa4", b"\x7f", b'"')},
    **{f"request line {line!r}": request_line(line) for line in (
        b"POST " + TARGET, b"POST  " + TARGET + b" HTTP/1.1", b"POST " + TARGET + b"  HTTP/1.1", b"POST\t" + TARGET + b" HTTP/1.1",
        b"POST " + TARGET + b" HTTP/1.1 ", b" POST " + TARGET + b" HTTP/1.1", b"POST " + TARGET + b" HTTP/2.0",
        b"POST " + TARGET + b" HTTP/1.9", b"POST " + TARGET + b" HTTP/11", b"POST " + TARGET + b" http/1.1",
        b"POST " + TARGET + b" HTTP/1.1\0", b"post " + TARGET + b" HTTP/1.1", b"POST\0 " + TARGET + b" HTTP/1.1",
        b"P\xc3\x96ST " + TARGET + b" HTTP/1.1", b"GIVE " + TARGET + b" HTTP/1.1", b"CONNECT 127.0.0.1:80 HTTP/1.1",
        b"PRI * HTTP/2.0", b"POST * HTTP/1.1", b"POST http://127.0.0.1" + TARGET + b" HTTP/1.1", b"POST webhooks/retell HTTP/1.1",
        b"POST " + TARGET + b"#part HTTP/1.1", b"POST " + TARGET + b"\0 HTTP/1.1", b"POST /webhooks /retell HTTP/1.1",
        b"POST /webhooks/\xff HTTP/1.1", b"POST " + TARGET + b" XTTP/1.1", b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")},
    "Host missing": missing(b"Host"),
    "Host twice": twice(b"Host"),
    **{f"Host {value!r}": (lambda value: lambda request, _dice, _hidden: request.replace(b"Host", value))(value)
       for value in (b"", b"a b", b"user@host", b"host/path", b"h\xc3\xb6st", b"a,b")},
    "the signature twice": twice(b"X-Retell-Signature"),
    "Content-Type twice": twice(b"Content-Type"),
    "an unknown expectation": extra_line(b"Expect: 200-everything"),
    "too many fields": many_fields,
    "too long a field": long_field,
    "too long a target": long_target,
}


def other_case(dice, name: bytes) -> bytes:
    return bytes(dice.choice((byte, ord(chr(byte).swapcase()))) for byte in name)


def harmless(request: Request, dice) -> None:
    """What may differ between two good requests."""
    dice.shuffle(request.fields)
    request.fields = [(other_case(dice, name), dice.choice((b"", b" ", b"\t")) + value + dice.choice((b"", b" ", b"\t ")))
                      for name, value in request.fields]
    for each in range(dice.choice((0, 0, 1, 5, 40))):
        request.insert(dice.randrange(len(request.fields) + 1), b"X-Extra-%d" % each, bytes(dice.choices(b"abc ,;=\"\xe4", k=8)).strip())


def make(seed: int, webhook: Callable[[str], Request]) -> Stream:
    """The stream of a seed. `webhook` makes a signed request about a call of that name."""
    dice = random.Random(seed)
    names = list(DEFECTS)
    # The first seeds take every defect in turn; one stream in eight has none.
    defect = None if seed % 8 == 7 else names[(seed - seed // 8) % len(names)]
    count = dice.choice((1, 1, 2, 3))
    broken = dice.randrange(count) if defect else None
    stream = Stream(seed, defect or "nothing wrong", b"", [])
    for place in range(count):
        request = webhook(f"{seed}_{place}")
        if dice.random() < 0.5 and place != broken:
            harmless(request, dice)
        if place == broken:
            hidden = webhook(f"{seed}_hidden")
            stream.smuggled.append(hidden.call_id)
            DEFECTS[defect](request, dice, hidden.bytes())
            stream.ends = True
        if stream.ends:
            stream.smuggled.append(request.call_id)
        else:
            stream.accepted.append(request.call_id)
        stream.data += request.bytes()
    return stream


def pieces(stream: Stream) -> list[bytes]:
    """The stream as the network might cut it."""
    dice = random.Random(stream.seed)
    cuts = sorted(dice.randrange(len(stream.data) + 1) for _ in range(dice.choice((0, 0, 1, 2, 5))))
    return [stream.data[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(stream.data)]) if begin < end]
