"""How much one run may change before a person is asked (promise 4: small blast radius)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a run may do unasked; `None` switches a limit off."""

    create: int | None = 500
    change_records: int | None = 50
    change_share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What the read phase ended with: records to create, shown statuses and tracks to change, leads linked."""

    creations: int
    changes: int
    linked: int


class LimitExceeded(Exception):
    """The run would change more than was agreed; nothing was written to a vendor."""


def check_limits(planned: Planned, limits: Limits, allowed: int = 0) -> None:
    """Raises LimitExceeded unless both counts are within their limits or within `allowed`."""
    if limits.create is not None and planned.creations > max(limits.create, allowed):
        raise LimitExceeded(
            f"this run would create {planned.creations} records in the CRM, the limit is {limits.create}; "
            "nothing was written. Look at `acuerdo plan`, then "
            f"run again with --allow-changes {planned.creations}, or set limits.create"
        )
    most = most_changes(planned.linked, limits)
    if most is not None and planned.changes > max(most, allowed):
        raise LimitExceeded(
            f"this run would change {planned.changes} of {planned.linked} linked records, the limit is {most}; "
            "nothing was written. Look at `acuerdo plan`, then "
            f"run again with --allow-changes {planned.changes}, or set limits.change_records"
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
