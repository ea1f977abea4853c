"""What the record that a merge leaves holds."""

from collections.abc import Mapping, Sequence

from sandbox.hubspot.lifecycle import STAGE, furthest
from sandbox.hubspot.stamps import epoch_milliseconds

Values = Mapping[str, str]


def merged_values(primary: Values, other: Values, stages: Sequence[str]) -> dict[str, str]:
    """The primary's values before the other's, the furthest stage, the older date of creation, every e-mail."""
    values = {**_filled(other), **_filled(primary)}
    addresses = list(dict.fromkeys([*emails(primary), *emails(other)]))
    return values | {
        STAGE: furthest(stages, [primary.get(STAGE, ""), other.get(STAGE, "")]),
        "email": addresses[0] if addresses else "",
        "hs_additional_emails": ";".join(addresses[1:]),
        "createdate": min(primary["createdate"], other["createdate"]),
    }


def merge_marks(primary: Values, other: Values, gone_ids: Sequence[int], now: str) -> dict[str, str]:
    """The properties that tell which records went into it, and when (`now` in ISO 8601)."""
    marks = {
        "hs_merged_object_ids": [str(gone_id) for gone_id in gone_ids],
        "hs_calculated_merged_vids": [f"{gone_id}:{epoch_milliseconds(now)}" for gone_id in gone_ids],
    }
    return {
        name: ";".join(filter(None, [primary.get(name), other.get(name), *added]))
        for name, added in marks.items()
    }


def emails(values: Values) -> list[str]:
    """The primary e-mail and the secondary ones."""
    others = values.get("hs_additional_emails", "").split(";")
    return [email for email in (values.get("email", ""), *others) if email]


def _filled(values: Values) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
