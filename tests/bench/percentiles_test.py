"""A percentile of counted tenths is what all the times would have said, and two racers that are the same are not told apart."""

import random
import unittest

from percentiles import median_difference, percentile, pooled, ratio_between


def counted(times: list[float]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for each in times:
        counts[int(each * 10)] = counts.get(int(each * 10), 0) + 1
    return counts


class Percentiles(unittest.TestCase):
    def test_it_is_that_of_the_times(self):
        dice = random.Random(7)
        for sigma in (0.02, 0.5):
            times = sorted(dice.lognormvariate(0.6, sigma) for _ in range(100_000))
            for share in (0.5, 0.9, 0.99):
                self.assertAlmostEqual(percentile(counted(times), share), times[int(share * len(times))], delta=0.05)
        with self.assertRaises(ValueError):
            percentile({}, 0.5)

    def test_rounds_are_pooled(self):
        self.assertEqual(pooled([{1: 2, 3: 1}, {3: 4}]), {1: 2, 3: 5})

    def test_how_far_two_can_be_told_apart(self):
        dice = random.Random(11)

        def rounds(slower: float) -> list[dict[int, int]]:
            return [counted([dice.lognormvariate(0.6, 0.5) * slower for _ in range(2000)]) for _ in range(8)]

        low, high = ratio_between(rounds(1), rounds(1), 0.99)
        self.assertTrue(0.8 < low < 1 < high < 1.25, (low, high))
        low, high = ratio_between(rounds(2), rounds(1), 0.99)
        self.assertTrue(1.6 < low < 2 < high < 2.4, (low, high))

    def test_rounds_side_by_side_are_told_apart_by_their_median_difference(self):
        others = [{10: 100}, {20: 100}, {90: 100}]
        self.assertAlmostEqual(median_difference([{9: 100}, {19: 100}, {10: 100}], others, 0.99), -0.1)
        with self.assertRaises(ValueError):
            median_difference(others[:2], others, 0.99)


if __name__ == "__main__":
    unittest.main()
