"""Who stays behind is found out, once; who catches up, or cannot be asked about, is not."""

import unittest

from standing import Standing


def rows(**behind: int) -> list[dict]:
    """A group's messages lie in two topics."""
    return [{"group": group, "topic": topic, "lag": lag} for group, messages in behind.items()
            for topic, lag in (("one", messages // 2), ("two", messages - messages // 2))]


class Standings(unittest.TestCase):
    def test_who_stays_behind_is_found_out_once(self):
        standing = Standing(100, 60)
        found = [standing.look(second, rows(billing=101, booking=100)) for second in range(0, 120, 5)]
        self.assertEqual([who for who in found if who], [["billing"]])
        self.assertEqual(found[13], ["billing"])  # at 65 s
        self.assertEqual(standing.longest_s, {"billing": 115})

    def test_who_catches_up_begins_anew(self):
        standing = Standing(100, 60)
        for second in range(0, 300, 5):
            behind = 0 if second % 60 == 0 else 5000
            self.assertEqual(standing.look(second, rows(billing=behind)), [])
        standing.look(300, rows(billing=0))
        for second in range(305, 370, 5):
            self.assertEqual(standing.look(second, rows(billing=5000)), [])
        self.assertEqual(standing.look(370, rows(billing=5000)), ["billing"])

    def test_while_nobody_can_say_the_time_goes_on(self):
        standing = Standing(100, 60)
        self.assertEqual(standing.look(0, rows(billing=101)), [])
        self.assertEqual(standing.look(61, None), [])
        self.assertEqual(standing.look(62, rows(billing=101)), ["billing"])
        self.assertEqual(standing.longest_s, {"billing": 62})
        standing.look(63, rows(billing=0))
        self.assertEqual(standing.look(200, None), [])


if __name__ == "__main__":
    unittest.main()
