"""How much one run may change before a person is asked (promise 4: small blast radius)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a run may do unasked, and in how many runs a row may be put off; `None` switches a limit off."""

    create: int | None = 500
    change_records: int | None = 50
    change_share: float = 0.2
    put_off: int | None = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What the read phase ended with: records to create, leads whose records are to change, leads linked."""

    creations: int
    changes: int
    linked: int


class LimitExceeded(Exception):
    """The run would change more than was agreed; nothing was written to a vendor."""


def check_limits(planned: Planned, limits: Limits, allowed: int = 0) -> None:
    """Raises LimitExceeded unless both counts are within their limits or within `allowed`; tells both at once."""
    most = most_changes(planned.linked, limits)
    beyond = {}
    if limits.create is not None and planned.creations > max(limits.create, allowed):
        text = f"create {planned.creations} records in the CRM, the limit is {limits.create}"
        beyond["create"] = (planned.creations, text)
    if most is not None and planned.changes > max(most, allowed):
        text = f"change {planned.changes} records ({planned.linked} are linked), the limit is {most}"
        beyond["change_records"] = (planned.changes, text)
    if beyond:
        raise LimitExceeded(
            f"this run would {' and '.join(text for _, text in beyond.values())}; "
            "nothing was written. Look at `acuerdo plan`, then run again with "
            f"--allow-changes {max(count for count, _ in beyond.values())}, or set "
            + " and ".join(f"limits.{key}" for key in beyond)
        )


def counted(planned: Planned, limits: Limits) -> dict[str, int | None]:
    """What a run would do beside what it may do unasked, as plain data; None is no limit."""
    return {
        "creations": planned.creations,
        "most_creations": limits.create,
        "changes": planned.changes,
        "most_changes": most_changes(planned.linked, limits),
        "linked": planned.linked,
    }


def most_changes(linked: int, limits: Limits) -> int | None:
    """The most changes a run may make unasked: so many records, or so large a share of the linked ones."""
    if limits.change_records is None:
        return None
    return max(limits.change_records, int(limits.change_share * linked))
