"""The shapes of Salesforce's answers, looked at before anything is read from them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from connectors.errors import ContractBroken
from connectors.salesforce import errors
from connectors.salesforce.answers import SYSTEM
from connectors.salesforce.calls import Found

Json = Any


def read_table(answer: Json) -> dict[str, Any]:
    """An object; raises ContractBroken for anything else."""
    if not isinstance(answer, dict):
        raise broken("an object")
    return answer


def read_page(answer: Json) -> Found:
    """A page of a query's rows; raises ContractBroken for anything else."""
    table = read_table(answer)
    if not isinstance(table.get("records"), list):
        raise broken("records")
    return Found(table["records"], None if table.get("done", True) else str(table["nextRecordsUrl"]))


def read_part(response: Mapping[str, Any]) -> Json:
    """The body of one request of a composite, whose HTTP status says nothing; raises the error that it answers."""
    status = response.get("httpStatusCode")
    if not isinstance(status, int):
        raise broken("a status for each query")
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        raise errors.raised(status, response.get("body"), "query")
    return response.get("body")


def read_results(answer: Json, count: int) -> list[dict[str, Any]]:
    """One result for each of `count` rows; raises ContractBroken for anything else."""
    if not isinstance(answer, list) or len(answer) != count:
        raise broken("one result per record")
    return answer


def broken(due: str) -> ContractBroken:
    """The error for an answer of another shape than documented."""
    return ContractBroken(f"Salesforce answered something else than {due}", system=SYSTEM)
