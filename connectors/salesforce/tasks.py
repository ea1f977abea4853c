"""Follow-up tasks for sellers, each made once: its marker is looked for before it is made."""

from collections.abc import Sequence

from connectors.base import Outcome, RowResult, TaskWanted
from connectors.salesforce.calls import Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.soql import among, literal, portions, select
from connectors.salesforce.writes import Collections, Row, dated

SUBJECT_LENGTH = 255


def create_tasks(
    client: SalesforceClient, collections: Collections, rows: Sequence[TaskWanted]
) -> list[RowResult]:
    """One result per row, in their order; a task that is there, or was and got deleted, is `unchanged`."""
    known = _find(client, [row for row in rows if row.again])
    first = {row.marker: row for row in reversed(rows) if row.marker not in known}
    wanted = [row for row in first.values() if len(_subject(row)) <= SUBJECT_LENGTH]
    made = collections.create([Row(row.key, "Task", None, _task(row)) for row in wanted])
    answers = {row.marker: result for row, result in zip(wanted, dated(client, made), strict=True)}
    return [_answer(row, first, known, answers) for row in rows]


def _answer(
    row: TaskWanted, first: dict[str, TaskWanted], known: dict[str, str], answers: dict[str, RowResult]
) -> RowResult:
    if row.marker in known:
        return RowResult(key=row.key, outcome=Outcome.unchanged, id=known[row.marker], kind="Task")
    answer = answers.get(row.marker)
    if answer is None:
        text = f"the subject of the task is longer than {SUBJECT_LENGTH} characters: shorten its template"
        return RowResult(key=row.key, outcome=Outcome.refused, code="STRING_TOO_LONG", message=text)
    if first[row.marker] is not row and answer.outcome is Outcome.written:
        return RowResult(key=row.key, outcome=Outcome.unchanged, id=answer.id, kind="Task")
    return answer


def _find(client: SalesforceClient, rows: Sequence[TaskWanted]) -> dict[str, str]:
    """The tasks that carry one of the markers, by marker, deleted ones too."""
    parts = portions(rows, lambda row: (row.id,))
    found: dict[str, str] = {}
    for some, tasks in zip(parts, client.row_groups([_carrying(one) for one in parts]), strict=True):
        for row in some:
            carrying = [task["Id"] for task in tasks if row.marker in (task["Subject"] or "")]
            if carrying:
                found[row.marker] = carrying[0]
    return found


def _carrying(rows: Sequence[TaskWanted]) -> Query:
    people = sorted({row.id for row in rows})
    shared = _shared_start([row.marker for row in rows])
    where = f"{among('WhoId', people)} AND Subject LIKE {literal(f'%{_like(shared)}%')}"
    return Query(select(("Id", "Subject"), "Task", where), everything=True)


def _shared_start(markers: Sequence[str]) -> str:
    first, last = min(markers), max(markers)
    length = next(
        (place for place, letter in enumerate(first) if last[place : place + 1] != letter), len(first)
    )
    return first[:length]


def _like(text: str) -> str:
    """A pattern of LIKE as wide as the text: `%` and `_` stand for anything there, and so do these."""
    return text.replace("%", "_")


def _subject(row: TaskWanted) -> str:
    return row.subject if row.marker in row.subject else f"{row.subject} {row.marker}"


def _task(row: TaskWanted) -> dict[str, object]:
    task: dict[str, object] = {
        "attributes": {"type": "Task"},
        "WhoId": row.id,
        "Subject": _subject(row),
        "ActivityDate": row.due_on,
        "Status": "Not Started",
        "Priority": "Normal",
    }
    return task | ({"OwnerId": row.owner} if row.owner else {})
