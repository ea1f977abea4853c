"""How simulated salespeople work: hours, habits and what they answer with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Answer = Mapping[str, Any]
_DAYS_AHEAD = 15


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Habits as probabilities; the rest of a set of shares is nothing done.

    `prompt` and `late`: shares of leads first called within the hour, or after one to three days.
    `answer`: chance that a call is answered; `mail`: that an e-mail follows an unanswered call; `reply`: that the
    lead answers it. `reached` and `unreached`: shares of what follows contact, or its absence after `attempts`
    calls: `convert`, `reject`, `return`. `win` and `lose`: shares of opportunities that close, in `closing_days`.
    `answers`: what is set in Salesforce to accept, reject or return, one of several taken by chance.
    Hours are local in `time_zone`; weekdays from 0, Monday.
    """

    time_zone: str = "Europe/Madrid"
    opens: str = "09:00"
    closes: str = "18:00"
    weekdays: Sequence[int] = (0, 1, 2, 3, 4)
    prompt: float = 0.6
    late: float = 0.25
    attempts: int = 6
    answer: float = 0.35
    mail: float = 0.5
    reply: float = 0.15
    meet: float = 0.3
    accept: float = 0.9
    reached: Mapping[str, float] = field(
        default_factory=lambda: {"convert": 0.4, "reject": 0.15, "return": 0.25}
    )
    unreached: Mapping[str, float] = field(default_factory=lambda: {"reject": 0.1, "return": 0.6})
    win: float = 0.4
    lose: float = 0.35
    closing_days: Sequence[int] = (5, 40)
    amount: Sequence[int] = (1_000, 20_000)
    answers: Mapping[str, Sequence[Answer]] = field(
        default_factory=lambda: {
            "accept": [{"Status": "Working"}],
            "reject": [{"Status": "Unqualified"}],
            "return": [{"Status": "Nurturing"}],
        }
    )

    def at_work(self, moment: datetime) -> datetime:
        """The moment itself if someone works then, else the next opening; in UTC.

        Raises ValueError where nobody ever works.
        """
        zone = ZoneInfo(self.time_zone)
        local = moment.astimezone(zone)
        opens, closes = time.fromisoformat(self.opens), time.fromisoformat(self.closes)
        for days in range(_DAYS_AHEAD):
            day = local.date() + timedelta(days=days)
            start = datetime.combine(day, opens, zone)
            if day.weekday() in self.weekdays and local < datetime.combine(day, closes, zone):
                return max(local, start).astimezone(UTC)
        raise ValueError("nobody works in these weekdays and hours")


def read_profile(wish: Mapping[str, Any]) -> Profile:
    """The profile that a JSON object describes; raises ValueError for an unknown habit."""
    known = {each.name for each in fields(Profile)}
    if unknown := set(wish) - known:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}; a profile has {', '.join(sorted(known))}")
    answers = dict(Profile().answers) | dict(wish.get("answers", {}))
    return Profile(**{**wish, "answers": answers})
