"""What a company's rules write in: its language and its zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from mapping.records import moment_of
from mapping.values import Unfit

_LARGEST = 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The language (`es`, `pt-br`) and the zone of the texts and dates that a company's rules make."""

    language: str = "en"
    zone: tzinfo = UTC

    @property
    def locale(self) -> Locale:
        """Babel's locale of the language; raises ValueError for a language that is none."""
        try:
            return Locale.parse(self.language.replace("-", "_"))
        except UnknownLocaleError as error:
            raise ValueError("write the code of a language, like 'en'") from error

    def date(self, value: object, pattern: str = "medium") -> str:
        """An instant (in the zone) or an ISO date by a Babel pattern (`dd/MM/yyyy`); raises Unfit."""
        try:
            if isinstance(value, int) and not isinstance(value, bool):
                moment = moment_of(value).astimezone(self.zone)
                if pattern in {"short", "medium", "long", "full"}:
                    return format_date(moment, pattern, locale=self.locale)
                return format_datetime(moment, pattern, tzinfo=self.zone, locale=self.locale)
            day = date.fromisoformat(value if isinstance(value, str) else "")
            return format_date(day, pattern, locale=self.locale)
        except (ValueError, OverflowError, AttributeError, KeyError) as error:
            raise Unfit("not_a_date") from error

    def number(self, value: float) -> str:
        """A number as the language writes it (`1.234,5`); one that is beyond sums is written plainly."""
        return format_decimal(value, locale=self.locale) if abs(value) < _LARGEST else str(value)

    def moment(self, instant: int) -> str:
        """An instant as people read it: date, time to the minute, and the zone's short name."""
        moment: datetime = moment_of(instant).astimezone(self.zone)
        text = format_datetime(moment, "short", tzinfo=self.zone, locale=self.locale)
        return f"{text} {moment.tzname()}"
