"""Who stands: a consumer that stays far behind while others go on. Asked only at the end of a run, one that stood for minutes in its
middle would have caught up."""


class Standing:
    """`messages_max`: by so many each consumer is behind now and then. `seconds_max`: how long one may be further behind."""

    def __init__(self, messages_max: float, seconds_max: float):
        self._messages_max, self._seconds_max = messages_max, seconds_max
        self._since: dict[str, float] = {}
        self._told: set[str] = set()
        self.longest_s: dict[str, float] = {}

    def look(self, now: float, rows: list[dict] | None) -> list[str]:
        """Takes what report.lag() says at a moment (nothing: Kafka was away), and gives those who have stood for too long, once each
        time."""
        behind: dict[str, int] = {}
        for row in rows or []:
            behind[row["group"]] = behind.get(row["group"], 0) + row["lag"]
        late = []
        for group, messages in sorted(behind.items()):
            if messages <= self._messages_max:
                self._since.pop(group, None)
                self._told.discard(group)
                continue
            stood_s = now - self._since.setdefault(group, now)
            self.longest_s[group] = max(self.longest_s.get(group, 0), stood_s)
            if stood_s > self._seconds_max and group not in self._told:
                self._told.add(group)
                late.append(group)
        return late
