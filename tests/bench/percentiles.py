"""Percentiles of times of which only whole milliseconds are known."""


def percentile(counts: dict[int, int], share: float) -> float:
    """Of the difference of two instants, each cut to whole milliseconds: `counts` says how many have which. One of d lies around d, so
    those of d are spread evenly from half a millisecond before to half a one after."""
    wanted = share * sum(counts.values())
    below = 0
    for difference in sorted(counts):
        if below + counts[difference] >= wanted:
            return max(0.0, difference - 0.5 + (wanted - below) / counts[difference])
        below += counts[difference]
    raise ValueError("there is nothing to take a percentile of")


def pooled(rounds: list[dict[int, int]]) -> dict[int, int]:
    return {each: sum(counts.get(each, 0) for counts in rounds) for each in set().union(*rounds)}
