"""The sum of what was tried, as the tests print it."""

from collections import Counter


def report(what: str, tried: Counter, found: list, word: str = "succeeded") -> None:
    print(f"{what}: {sum(tried.values())}, {len(found)} {word}", flush=True)
    for kind, count in sorted(tried.items()):
        print(f"  {count:6} {kind}", flush=True)
