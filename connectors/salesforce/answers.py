"""Salesforce's error table. Sources: the REST API Developer Guide, the object reference's status codes, Bulk API 2.0.

Status 200 stands for one row of a collection or of a bulk job that was refused while others were taken.
"""

from connectors.answers import Answer, Next

SYSTEM = "salesforce"
ROW = 200
LOCKED = "UNABLE_TO_LOCK_ROW"
UNEXPLAINED = "UNKNOWN_EXCEPTION"
DUPLICATE = "DUPLICATES_DETECTED"
UNPROCESSED = "UNPROCESSED"  # our own: a bulk job ended before it came to the row
LOST = "LOST_RECORD"  # our own: a reference that leads nowhere, where it is the record itself
UNAPPROVED = "UNAPPROVED"  # our own: an invalid_grant that says that the user has not approved the app
RECORD = {ROW, 400, 404, 409, 412}
_AWAY = "Salesforce is not available ({status} {code}); a later run tries again"
_FIELD = (
    "Salesforce has no field {named}{where}, or its user may not see it: "
    "run `acuerdo setup`, which tells the one from the other, or correct the mapping"
)
_READ_ONLY = (
    "Salesforce's user may see but not write {named}{where}: let a permission set grant it, or leave it out"
)
_RIGHT = "the Salesforce user may not do this ({operation}: {code}): grant it, or use another user"
_VERSION = "Salesforce has retired this version of its API: raise `api_version`"


def _line(statuses: set[int], then: Next, person: str, *codes: str) -> Answer:
    return Answer(statuses=frozenset(statuses), codes=frozenset(codes), then=then, person=person)


def _refuse(person: str, *codes: str) -> Answer:
    return _line(RECORD, Next.refuse, person, *codes)


LACKING = (
    "INSUFFICIENT_ACCESS",
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "FORBIDDEN",
    "API_DISABLED_FOR_ORG",
    "API_CURRENTLY_DISABLED",
)
PASSING = (
    LOCKED,
    "SERVER_UNAVAILABLE",
    "QUERY_TIMEOUT",
    "REQUEST_RUNNING_TOO_LONG",
    "TXN_SECURITY_METERING_ERROR",
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
)
ANSWERS: tuple[Answer, ...] = (
    _line(
        {401},
        Next.credentials,
        "Salesforce refuses the session again and again: look at the External Client App and its user",
    ),
    _line(
        {ROW, 403},
        Next.quota,
        "Salesforce's daily limit of API calls is used up; it frees itself over 24 hours",
        "REQUEST_LIMIT_EXCEEDED",
    ),
    _line(
        set(),
        Next.settings,
        "Salesforce's storage is full: delete records there, or buy more",
        "STORAGE_LIMIT_EXCEEDED",
    ),
    _line({ROW}, Next.again, "somebody else was writing to the record; a later run tries again", LOCKED),
    _line(
        {ROW}, Next.again, "the bulk job ended before this record; a later run sends it again", UNPROCESSED
    ),
    _line(
        {ROW},
        Next.again,
        "Salesforce could not take this one now ({code}); a later run writes it again",
        *PASSING,
    ),
    _line(
        {ROW},
        Next.refuse,
        "Salesforce failed on it without a reason, several times: its support can look it up",
        UNEXPLAINED,
    ),
    _line({420, 423, 429, *range(500, 600)}, Next.later, _AWAY),
    _line(set(), Next.later, _AWAY, UNEXPLAINED, *PASSING),
    _line({ROW}, Next.refuse, _RIGHT, *LACKING),
    _line(set(), Next.credentials, _RIGHT, *LACKING),
    _line({403}, Next.credentials, _RIGHT),
    _line({ROW}, Next.refuse, _FIELD, "INVALID_FIELD"),
    _line(set(), Next.settings, _FIELD, "INVALID_FIELD"),
    _line({ROW}, Next.refuse, _READ_ONLY, "INVALID_FIELD_FOR_INSERT_UPDATE"),
    _line(set(), Next.settings, _READ_ONLY, "INVALID_FIELD_FOR_INSERT_UPDATE"),
    _line(
        set(),
        Next.settings,
        "Salesforce's user cannot see the object {entity}: let a permission set grant it",
        "INVALID_TYPE",
    ),
    _line(
        {400},
        Next.settings,
        "Salesforce takes the field of our lead id for no external id: run `acuerdo setup`",
        "INVALIDJOB",
    ),
    _line(
        {300},
        Next.settings,
        "an external id fits several Salesforce records: make the field of our lead id unique",
    ),
    _line(
        set(range(301, 400)),
        Next.settings,
        "Salesforce sends us elsewhere: write the org's own My Domain address as `base_url`",
    ),
    _line({410}, Next.settings, _VERSION),
    _line(set(), Next.settings, _VERSION, "UNSUPPORTED_API_VERSION"),
    _line(RECORD, Next.gone, "the record is not in Salesforce", "NOT_FOUND", LOST),
    _line(RECORD, Next.gone, "the record was deleted in Salesforce", "ENTITY_IS_DELETED"),
    _line(
        RECORD,
        Next.gone,
        "the lead was converted: its contact is what can be written now",
        "CANNOT_UPDATE_CONVERTED_LEAD",
    ),
    _refuse("Salesforce requires {named}: map it, or give it a default", "REQUIRED_FIELD_MISSING"),
    _refuse("a value is longer than {named} takes: shorten it in the mapping", "STRING_TOO_LONG"),
    _refuse("Salesforce does not take the e-mail address in {named}", "INVALID_EMAIL_ADDRESS"),
    _refuse(
        "{named} takes only the values of its list: map one of them",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    ),
    _refuse("a number is larger than {named} takes: correct the mapping", "NUMBER_OUTSIDE_VALID_RANGE"),
    _refuse(
        "a validation rule of your Salesforce refuses it ({named}): change the rule, or the mapping",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    ),
    _refuse("a lookup filter of your Salesforce refuses {named}", "FIELD_FILTER_VALIDATION_EXCEPTION"),
    _refuse(
        "{named} does not fit the rest of the record (a state without its country?)",
        "FIELD_INTEGRITY_EXCEPTION",
    ),
    _refuse(
        "a trigger or flow of your Salesforce failed on it: its author must look",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
    ),
    _refuse("the owner is not an active user of Salesforce: name another one", "INACTIVE_OWNER_OR_USER"),
    _refuse("the record waits for an approval in Salesforce: settle that first", "ENTITY_IS_LOCKED"),
    _refuse("{named} names a record that is not there: correct the mapping", "INVALID_CROSS_REFERENCE_KEY"),
    _refuse("{named} is not the id of such a record: correct the mapping", "MALFORMED_ID"),
    _refuse(
        "another Salesforce record holds the same value of a unique field: merge the two there",
        "DUPLICATE_VALUE",
    ),
    _refuse(
        "several Salesforce records carry this lead id: make its field unique, and clear the others",
        "DUPLICATE_EXTERNAL_ID",
    ),
    _refuse(
        "a duplicate rule of Salesforce finds the same person{records}: merge them, "
        'or set duplicates = "attach" or "allow"',
        DUPLICATE,
    ),
    _line({ROW}, Next.refuse, "Salesforce refuses it ({code}: {named})"),
    _line(
        set(),
        Next.stop,
        "Salesforce answered {status} {code} to {operation}, which its documents do not foresee",
    ),
)
TOKEN_ANSWERS: tuple[Answer, ...] = (
    _line(
        {420, 423, 429, *range(500, 600)},
        Next.later,
        "Salesforce's login is not available ({status}); a later run tries again",
    ),
    _line(
        set(),
        Next.credentials,
        "Salesforce's user has not approved the app: pre-authorise it (permission set of the External Client App)",
        UNAPPROVED,
    ),
    _line(
        set(),
        Next.credentials,
        "Salesforce refuses the login ({code}): check `client_id`, `client_secret` or `jwt`, "
        "that `base_url` is the org's My Domain, and with `jwt` that this machine's clock is right",
    ),
)
"""The answers of the token endpoint."""
