"""A percentile of whole milliseconds is what a finer clock would have said, as far as can be known."""

import math
import random
import unittest

from percentiles import percentile, pooled


class Percentiles(unittest.TestCase):
    def test_it_is_that_of_a_finer_clock(self):
        dice = random.Random(7)
        exact, counts = [], {}
        for _ in range(100_000):
            began, took = dice.uniform(0, 1000), dice.lognormvariate(0.6, 0.5)
            exact.append(took)
            cut = math.floor(began + took) - math.floor(began)
            counts[cut] = counts.get(cut, 0) + 1
        exact.sort()
        for share in (0.5, 0.9, 0.99):
            self.assertAlmostEqual(percentile(counts, share), exact[int(share * len(exact))], delta=0.25)

    def test_none_is_below_zero_or_behind_the_last(self):
        self.assertEqual(percentile({0: 10}, 0.1), 0)
        self.assertEqual(percentile({2: 10}, 1), 2.5)
        with self.assertRaises(ValueError):
            percentile({}, 0.5)

    def test_rounds_are_pooled(self):
        self.assertEqual(pooled([{1: 2, 3: 1}, {3: 4}]), {1: 2, 3: 5})


if __name__ == "__main__":
    unittest.main()
