"""Prices random cases with exact fractions and requires that the C++ rating gives the same, to the millionth.

The rules are written here a second time, from the words of the price plan and not from the C++: the billable time is found by
adding increment after increment, the price is a fraction that is rounded once, half away from zero.
"""

import argparse
import random
import secrets
import subprocess
import sys
from fractions import Fraction

AMOUNT_MAX = 10**18
INCREMENTS = ((60, 60), (60, 1), (30, 6), (1, 1))


def rounded(exact: Fraction) -> str:
    whole, rest = divmod(abs(exact), 1)
    nearest = int(whole) + (1 if rest >= Fraction(1, 2) else 0)
    if nearest > AMOUNT_MAX:
        return "refused"
    return str(-nearest if exact < 0 else nearest)


def rate(case: list[int]) -> str:
    per_minute_e6, first_s, next_s, threshold_ms, minimum_e6, duration_ms = case
    if duration_ms <= threshold_ms:
        return "0 0 0"
    length, billable_s, increments = Fraction(duration_ms, 1000), first_s, 1
    if length > billable_s:
        missing = (length - billable_s) / next_s
        more = missing.numerator // missing.denominator
        while billable_s + more * next_s < length:
            more += 1
        billable_s += more * next_s
        increments += more
    price = rounded(Fraction(per_minute_e6 * billable_s, 60))
    if price == "refused":
        return price
    return f"{billable_s * 1000} {increments} {max(int(price), minimum_e6)}"


def cost(case: list[int]) -> str:
    coefficient, exponent = case
    return rounded(Fraction(coefficient) * Fraction(10) ** (exponent + 6))


def rate_case(choice: random.Random) -> list[int]:
    first_s, next_s = choice.choice((*INCREMENTS, (choice.randint(1, 3600), choice.randint(1, 3600))))
    per_minute = choice.choice((150_000, 200_000, choice.randint(0, 10**6), choice.randint(0, 10**14), 0, 1))
    threshold = choice.choice((0, 0, 5_000, choice.randint(0, 120_000)))
    minimum = choice.choice((0, 0, 100_000, choice.randint(0, 10**7)))
    edge = choice.choice((threshold, first_s * 1000, (first_s + next_s * choice.randint(0, 99)) * 1000))
    duration = choice.choice((max(0, edge + choice.randint(-1, 1)), choice.randint(0, 3_600_000),
                              choice.randint(0, 31 * 86_400_000)))
    return [per_minute, first_s, next_s, threshold, minimum, duration]


def cost_case(choice: random.Random) -> list[int]:
    digits = choice.randint(1, 18)
    return [choice.choice((1, 1, 1, -1)) * choice.randint(0, 10**digits - 1), choice.randint(-30, 12)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True, help="the program rating_answers")
    parser.add_argument("--cases", type=int, default=10_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=None, help="repeats a run")
    options = parser.parse_args()
    seed = secrets.randbits(32) if options.seed is None else options.seed
    print(f"seed {seed}: repeat with --seed {seed}")
    choice = random.Random(seed)
    cases = [("rate", rate_case(choice)) for _ in range(options.cases)]
    cases += [("cost", cost_case(choice)) for _ in range(options.cases)]
    lines = [f"{kind} {' '.join(map(str, case))}" for kind, case in cases]
    done = subprocess.run([options.ours], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    answers = done.stdout.splitlines()
    if len(answers) != len(cases):
        print(f"{len(cases)} cases, {len(answers)} answers")
        return 1
    expected = [rate(case) if kind == "rate" else cost(case) for kind, case in cases]
    wrong = [(line, ours, theirs) for line, ours, theirs in zip(lines, answers, expected) if ours != theirs]
    for line, ours, theirs in wrong[:10]:
        print(f"{line}: C++ says {ours}, the oracle {theirs}")
    refused = sum(answer == "refused" for answer in expected)
    print(f"{len(cases)} cases, {refused} of them refused by both, {len(wrong)} differ")
    return 1 if wrong or refused == 0 or refused > len(cases) // 2 else 0


if __name__ == "__main__":
    sys.exit(main())
