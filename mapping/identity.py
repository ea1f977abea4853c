"""Who a lead is: our id for life, its e-mails as they are compared, and which CRM record is theirs."""

from collections.abc import Iterable

from mapping.records import Values


def lead_id(platform: str, portal: str, record_id: str) -> str:
    """Our id of a lead first seen as this record: `hubspot-<portal id>-<record id>` (design, section 2)."""
    return f"{platform}-{portal}-{record_id}"


def normalise_email(address: str) -> str:
    """The address as it is compared: without outer white space and in lower case, as both vendors compare it.

    A `+` part stays, dots stay, and letters that only look alike stay different: two mailboxes are never
    taken for one.
    """
    return address.strip().lower()


def emails_of(values: Values) -> tuple[str, ...]:
    """Every address of a lead as it is compared, the main one first."""
    main, others = values.get("email"), values.get("emails")
    found: Iterable[str] = (
        *((main,) if isinstance(main, str) else ()),
        *(others if isinstance(others, tuple) else ()),
    )
    return tuple(dict.fromkeys(normalise_email(each) for each in found))
