"""Percentiles of times that were counted by their tenths of a millisecond, and how far two of them can be told apart."""

import random
import statistics
from collections import Counter

RESAMPLED = 400


def percentile(counts: dict[int, int], share: float) -> float:
    """In milliseconds; the times of a tenth lie evenly within it."""
    wanted = share * sum(counts.values())
    below = 0
    for tenth in sorted(counts):
        if below + counts[tenth] >= wanted:
            return (tenth + (wanted - below) / counts[tenth]) / 10
        below += counts[tenth]
    raise ValueError("there is nothing to take a percentile of")


def pooled(rounds: list[dict[int, int]]) -> dict[int, int]:
    counts: Counter[int] = Counter()
    for each in rounds:
        counts.update(each)
    return counts


def summary(rounds: list[dict[int, int]]) -> dict:
    p99s = [percentile(each, 0.99) for each in rounds]
    return {f"p{percent} ms of all rounds": percentile(pooled(rounds), percent / 100) for percent in (50, 90, 99, 99.9)} | {
        "p99 ms, median of the rounds": statistics.median(p99s), "p99 ms of each round": " ".join(f"{each:.1f}" for each in p99s)}


def ratio_between(ours: list[dict[int, int]], others: list[dict[int, int]], share: float) -> tuple[float, float]:
    """Between which the ratio of the percentiles of all rounds lies nine times of ten, if other rounds of the same kind had been had:
    rounds are drawn again (bootstrap), for what stands still in a round counts for many of its times."""
    dice = random.Random(1)
    ratios = sorted(percentile(pooled(dice.choices(ours, k=len(ours))), share) / percentile(pooled(dice.choices(others, k=len(others))), share)
                    for _ in range(RESAMPLED))
    return ratios[RESAMPLED // 20], ratios[-RESAMPLED // 20]


def median_difference(ours: list[dict[int, int]], others: list[dict[int, int]], share: float) -> float:
    """Of the percentiles of two rounds side by side, in milliseconds: below 0 when ours is as a rule the lower one."""
    return statistics.median(percentile(one, share) - percentile(other, share) for one, other in zip(ours, others, strict=True))
