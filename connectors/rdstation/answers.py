"""RD Station's error table. Sources: its pages on error messages and on API limits, and its own client.

The code of a 429 of one contact is LEAD_LIMITER, whatever words it comes in.
"""

from connectors.answers import Answer, Next

SYSTEM = "rdstation"
LEAD_LIMITER = "LEAD_LIMITER"
ABSENT = "RESOURCE_NOT_FOUND"


def _line(statuses: set[int], then: Next, person: str, *codes: str) -> Answer:
    return Answer(statuses=frozenset(statuses), codes=frozenset(codes), then=then, person=person)


ANSWERS: tuple[Answer, ...] = (
    _line(
        {401},
        Next.credentials,
        "RD Station refuses the access token, a new one too: authorise the app again and put its refresh token "
        "in the token file",
    ),
    _line(
        {402, 403},
        Next.credentials,
        "RD Station does not let this app do that ({operation}): does the account's plan have it, and is the app "
        "one of RD Station Marketing?",
    ),
    _line(
        {429},
        Next.again,
        "RD Station takes 24 such calls about one contact a day, and they are used up; a later run tries again",
        LEAD_LIMITER,
    ),
    _line(
        {429},
        Next.quota,
        "RD Station takes no more calls from this account for now ({operation}); a later run tries again",
    ),
    _line({423}, Next.later, "RD Station holds a lock (423); a later run tries again"),
    _line(
        set(range(500, 600)),
        Next.later,
        "RD Station is not available ({status}); a later run tries again. If it lasts, ask its support",
    ),
    _line(
        {404},
        Next.gone,
        "RD Station has no such record: it is deleted, or was never there",
        ABSENT,
    ),
    _line(
        {404, 410}, Next.refuse, "RD Station does not know what was asked for ({operation}: {status} {code})"
    ),
    _line(
        {400, 409, 422},
        Next.refuse,
        "another RD Station contact has this e-mail address",
        "EMAIL_ALREADY_IN_USE",
    ),
    _line(
        {400, 422},
        Next.refuse,
        "the RD Station workflow is not active: start it there, or take it out of `workflows`",
        "WORKFLOW_STATUS_ERROR",
    ),
    _line(
        {400, 422},
        Next.refuse,
        "RD Station does not take the value of {named} ({code}): correct the mapping or the record",
    ),
    _line({405, 406, 409, 413, 414, 415}, Next.refuse, "RD Station refuses the record ({status} {code})"),
    Answer(
        then=Next.stop,
        person="RD Station answered {status} to {operation}, which its documents do not foresee",
    ),
)
