"""Instants as cases write them, and as mismatches show them."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

MADRID = ZoneInfo("Europe/Madrid")
DAY = date(2026, 5, 13)  # the Wednesday on which a case happens unless it says otherwise
_CLOCK = re.compile(r"\d{2}:\d{2}(:\d{2})?")


class CaseFault(Exception):
    """Something in a case's file that cannot be meant: an unknown key, a time that nobody can read."""


class At(int):
    """UTC seconds, so that a mismatch is shown as a time."""

    def __str__(self) -> str:
        return datetime.fromtimestamp(self, MADRID).isoformat()


def read_at(value: object) -> At:
    """`10:30`, a date (its midnight), or an ISO time; Madrid's where it names no zone."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime.combine(value, time())
    elif isinstance(value, time):
        moment = datetime.combine(DAY, value)
    elif isinstance(value, str) and _CLOCK.fullmatch(value):
        moment = datetime.combine(DAY, time.fromisoformat(value))
    else:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise CaseFault(
                f"{value!r} is not a time: write '10:30', '2026-05-13T10:30' or '2026-05-13T10:30-05:00'"
            ) from None
    return At((moment if moment.tzinfo else moment.replace(tzinfo=MADRID)).timestamp())


def as_at(instant: int | None) -> At | None:
    """An instant of the product, so that it is compared and shown as a time."""
    return None if instant is None else At(instant)
