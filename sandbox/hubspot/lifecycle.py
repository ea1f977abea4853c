"""The lifecycle stage: it moves forward only, and each stage stamps when it was entered and left."""

from collections.abc import Mapping, Sequence

STAGE = "lifecyclestage"


def goes_back(order: Sequence[str], current: str, wanted: str) -> bool:
    """Whether `wanted` lies before `current`; a cleared stage, or one since removed, may be followed by any."""
    return current in order and wanted in order and order.index(wanted) < order.index(current)


def stamps(current: str, wanted: str, now: str) -> Mapping[str, str]:
    """The date properties that a change of stage at `now` (ISO 8601) writes."""
    if current == wanted:
        return {}
    left = {f"hs_v2_date_exited_{current}": now} if current else {}
    entered = {f"hs_v2_date_entered_{wanted}": now, f"hs_lifecyclestage_{wanted}_date": now} if wanted else {}
    return left | entered


def furthest(order: Sequence[str], stages: Sequence[str]) -> str:
    """The stage of a merged contact."""
    reached = [stage for stage in stages if stage in order]
    return max(reached, key=order.index, default="")
