"""HubSpot's error table. Sources: its error-handling page, the guides' bodies, and categories seen in public.

Status 207 stands for one row of a batch that was refused while others were taken.
"""

from connectors.answers import Answer, Next

SYSTEM = "hubspot"
UNKNOWN_PROPERTY = "PROPERTY_DOESNT_EXIST"
LACKING = "MISSING_SCOPES"
ABSENT = "OBJECT_NOT_FOUND"
ROW = 207


def _line(statuses: set[int], then: Next, person: str, *codes: str) -> Answer:
    return Answer(statuses=frozenset(statuses), codes=frozenset(codes), then=then, person=person)


ANSWERS: tuple[Answer, ...] = (
    _line(
        {401},
        Next.credentials,
        "HubSpot's token has expired: put a valid one where `token` points, or authorise the app again ({code})",
        "EXPIRED_AUTHENTICATION",
    ),
    _line(
        {401},
        Next.credentials,
        "HubSpot refuses the token: it is wrong, expired or revoked; put a valid one where `token` points, "
        "or authorise the app again",
    ),
    _line(
        {403},
        Next.credentials,
        "the HubSpot token lacks the scope {scopes}: add it to the app, or use another token",
        LACKING,
    ),
    _line(
        {403},
        Next.credentials,
        "the HubSpot user who made the app of this token has left or lost their rights: make a service key",
        "USER_DOES_NOT_HAVE_PERMISSIONS",
    ),
    _line(
        {403},
        Next.credentials,
        "the HubSpot token may not do this ({operation}): add the scope it lacks, or use another token",
    ),
    _line(
        {429},
        Next.quota,
        "HubSpot's daily quota of calls is used up; it is renewed at midnight of the account's zone",
        "DAILY",
    ),
    _line(
        {429},
        Next.later,
        "HubSpot turns calls away (429 {code}): another app of the account is busy; a later run tries again",
    ),
    _line(
        {423}, Next.later, "HubSpot holds a lock (423) for longer than was waited; a later run tries again"
    ),
    _line(
        {477},
        Next.later,
        "HubSpot is moving the account to another data centre (477), for up to a day; a later run tries again",
    ),
    _line(
        set(range(500, 600)),
        Next.later,
        "HubSpot is not available ({status}); a later run tries again. If it lasts, ask HubSpot's support",
    ),
    _line(
        {ROW},
        Next.refuse,
        "HubSpot has no property {named}: run `acuerdo setup` or correct the mapping",
        UNKNOWN_PROPERTY,
    ),
    _line(
        {400},
        Next.settings,
        "HubSpot has no property {named}: run `acuerdo setup` or correct the mapping",
        UNKNOWN_PROPERTY,
    ),
    _line(
        {ROW, 400},
        Next.refuse,
        "HubSpot lets nobody write {named}: take it out of the mapping",
        "READ_ONLY_VALUE",
    ),
    _line(
        {ROW, 404, 410},
        Next.gone,
        "HubSpot has no such record: it is deleted, merged or was never there",
        ABSENT,
    ),
    _line({404, 410}, Next.refuse, "HubSpot does not know what was asked for ({operation}: {status} {code})"),
    _line(
        {ROW, 409},
        Next.refuse,
        "another HubSpot contact has this e-mail address or unique value ({code}): merge the two there",
        "CONFLICT",
        "CONFLICTING_UNIQUE_VALUE",
    ),
    _line(
        {ROW},
        Next.again,
        "HubSpot could not take this one now ({code}); a later run writes it again",
        "RATE_LIMITS",
        "RATE_LIMIT",
        "INTERNAL_ERROR",
        "LOCKED",
    ),
    _line(
        {ROW, 400},
        Next.refuse,
        "HubSpot does not take the value of {named} ({code}): correct the mapping or the record",
    ),
    _line({409, 413, 414, 415, 422}, Next.refuse, "HubSpot refuses the record ({status} {code})"),
    _line(set(), Next.stop, "HubSpot answered {status} to {operation}, which its documents do not foresee"),
)
