"""What becomes of one lead: a script that follows from the seed, the lead and when it came."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sandbox.people.profile import Profile


@dataclass(frozen=True, order=True)
class Step:
    """One deed of the script."""

    at: datetime
    do: str = field(compare=False)
    details: Mapping[str, Any] = field(compare=False, default_factory=dict)


def write_script(profile: Profile, seed: int, lead: str, came: datetime) -> list[Step]:
    """All that salespeople will do with a lead that came to them at this instant, in order of time."""
    return sorted(_Script(profile, Random(f"{seed}:{lead}:{came.isoformat()}")).write(came))


class _Script:
    def __init__(self, profile: Profile, random: Random) -> None:
        self._profile, self._random = profile, random

    def write(self, came: datetime) -> Iterator[Step]:
        fate = self._random.random()
        if fate >= self._profile.prompt + self._profile.late:
            return  # forgotten
        minutes = self._between(5, 55) if fate < self._profile.prompt else self._between(1440, 4320)
        yield from self._pursue(self._work(came, minutes))

    def _pursue(self, at: datetime) -> Iterator[Step]:
        """Call until someone answers, or as often as one does."""
        if self._happens(self._profile.accept):
            yield Step(at - timedelta(seconds=30), "accept", self._answer("accept"))
        for _ in range(self._profile.attempts):
            answered = self._happens(self._profile.answer)
            duration = self._random.randint(60, 900) if answered else 0
            yield Step(at, "call", {"answered": answered, "duration": duration})
            if answered:
                yield from self._conclude(at, self._profile.reached)
                return
            if self._happens(self._profile.mail):
                yield Step(at + timedelta(minutes=5), "mail")
                if self._happens(self._profile.reply):
                    replied = at + timedelta(minutes=self._between(30, 1440))
                    yield Step(replied, "incoming_mail")
                    yield from self._conclude(replied, self._profile.reached)
                    return
            at = self._work(at, self._between(180, 1800))
        yield from self._conclude(at, self._profile.unreached)

    def _conclude(self, at: datetime, shares: Mapping[str, float]) -> Iterator[Step]:
        at = self._work(at, self._between(20, 2880))
        fate = self._random.random()
        for do, share in shares.items():
            fate -= share
            if fate < 0:
                yield from self._convert(at) if do == "convert" else [Step(at, do, self._answer(do))]
                return

    def _convert(self, at: datetime) -> Iterator[Step]:
        if self._happens(self._profile.meet):
            yield Step(at, "meet")
            at = self._work(at, 60)
        yield Step(at, "convert")
        fate = self._random.random()
        closed = self._work(at, 1440 * self._between(*self._profile.closing_days))
        if fate < self._profile.win:
            low, high = self._profile.amount
            yield Step(closed, "win", {"amount": self._random.randrange(low, high, 100)})
        elif fate < self._profile.win + self._profile.lose:
            yield Step(closed, "lose")

    def _answer(self, do: str) -> Mapping[str, Any]:
        return {"fields": dict(self._random.choice(list(self._profile.answers[do])))}

    def _work(self, at: datetime, minutes: float) -> datetime:
        """A working moment so many minutes later; openings are not met to the second."""
        wanted = at + timedelta(minutes=minutes)
        moment = self._profile.at_work(wanted)
        return moment if moment == wanted else moment + timedelta(minutes=self._between(2, 40))

    def _between(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def _happens(self, chance: float) -> bool:
        return self._random.random() < chance
