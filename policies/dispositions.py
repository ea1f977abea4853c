"""What sales can say about a handoff, and what each code does (policy 4.6); a company may edit the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mapping.problems import Problem, nearest
from policies.forms import SWITCH, Table, as_table, by, code, count, optional, read_terms, write_terms
from policies.states import Track

KINDS = ("reject", "return", "reroute")
PLACES = (
    *Track,
    "fix_data",  # marketing mends the record; the lead is a lead again
    "duplicate",  # the survivor goes on
    "suppressed",  # not for sales any more
    "draft",  # the same handoff, its package incomplete again
    "owner_of_record",  # someone has this account already
    "queued",  # another owner, the same handoff
)
NEEDED = ("no_response", "expired", "unspecified")
RETURNS_ON = ("time", "triggers", "never")


@dataclass(frozen=True, slots=True)
class Disposition:
    """One code: what it does, whether it speaks against the quality of marketing's leads, and the way back.

    `returns_on`: `time` after `cooldown_days` (None: at once), `triggers` only when the account changes or
    invests more, `never` by the definition alone. A hand-raise always passes (T30).
    """

    kind: str = field(default="return", metadata=by(code(KINDS)))
    against_marketing: bool = field(default=False, metadata=by(SWITCH))
    place: str = field(default="nurture", metadata=by(code(PLACES)))
    cooldown_days: int | None = field(default=30, metadata=by(optional(count())))
    returns_on: str = field(default="time", metadata=by(code(RETURNS_ON)))

    @property
    def track(self) -> Track | None:
        """The track its leads go to; None where they go to no track."""
        return Track(self.place) if self.place in tuple(Track) else None


def _reject(place: str, *, against: bool, returns_on: str = "time") -> Disposition:
    return Disposition("reject", against, place, None, returns_on)


def _return(days: int | None, place: str = "nurture", returns_on: str = "time") -> Disposition:
    return Disposition("return", False, place, days, returns_on)  # noqa: FBT003 - the table reads best in columns


DEFAULTS: Mapping[str, Disposition] = MappingProxyType(
    {
        "bad_contact_data": _reject("fix_data", against=True),
        "duplicate": _reject("duplicate", against=False, returns_on="never"),
        "bad_fit": _reject("education", against=True, returns_on="triggers"),
        "no_intent": _reject("suppressed", against=True, returns_on="never"),
        "missing_package": _reject("draft", against=True),
        "existing_customer": _reject("owner_of_record", against=False, returns_on="never"),
        "existing_opportunity": _reject("owner_of_record", against=False, returns_on="never"),
        "wrong_territory": Disposition("reroute", place="queued", cooldown_days=None),
        "not_now": _return(30),
        "no_budget": _return(90),
        "no_authority": _return(60),
        "no_response": _return(30),
        "competitor": _return(180),
        "no_fit": _return(None, "education", "triggers"),
        "expired": _return(30),
        "unspecified": _return(30),
    }
)


def read_dispositions(value: object, key: str, problems: list[Problem]) -> Mapping[str, Disposition]:
    """The default codes with a company's edits and own codes; a code set to `false` is taken away."""
    found = dict(DEFAULTS)
    for name, each in as_table(value, key, problems).items():
        if each is False and name not in found:
            what = f"there is no code {name!r} to take away"
            problems.append(Problem(key=f"{key}.{name}", what=what, write=nearest(name, found)))
        elif each is False and name in NEEDED:
            what = f"{name!r} is a code that the rules themselves give"
            problems.append(Problem(key=f"{key}.{name}", what=what, write="leave it, or change its keys"))
        elif each is False:
            found.pop(name)
        else:
            table: Table = as_table(each, f"{key}.{name}", problems)
            found[name] = read_terms(found.get(name, Disposition()), table, f"{key}.{name}", problems)
    return MappingProxyType(found)


def write_dispositions(dispositions: Mapping[str, Disposition]) -> dict[str, object]:
    """The table that `read_dispositions` reads, defaults included and taken-away codes as `false`."""
    gone: dict[str, object] = dict.fromkeys(sorted(set(DEFAULTS) - set(dispositions)), False)
    return gone | {name: write_terms(dispositions[name]) for name in sorted(dispositions)}
