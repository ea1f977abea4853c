"""The table of Salesforce's paths, and what is sent on them; the API's version is a setting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PATHS = {
    "limits": "limits",
    "objects": "sobjects",
    "describe": "sobjects/{at}/describe",
    "create": "sobjects/{at}",
    "collection": "composite/sobjects",
    "upsert": "composite/sobjects/{at}/{field}",
    "upsert_one": "sobjects/Lead/{at}",
    "composite": "composite",
    "tooling_query": "tooling/query",
    "create_field": "tooling/sobjects/CustomField",
    "jobs": "jobs/ingest",
    "job": "jobs/ingest/{at}",
    "job_data": "jobs/ingest/{at}/batches",
    "job_rows": "jobs/ingest/{at}",
}
HEAVY_A_CALL = 5  # of the 25 subrequests of a composite, five may be queries or collections
ROWS_A_CALL = 200  # of a collection


@dataclass(frozen=True, slots=True)
class Query:
    """A SOQL query; `everything` also finds deleted and archived rows.

    An `optional` one has no rows where the organisation has not the object, or the user no right to it.
    """

    soql: str
    everything: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a query's rows and the address of the next, if any."""

    rows: list[dict[str, Any]]
    following: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Up to 200 records to create (POST), update (PATCH), or upsert as Leads by `external_id`."""

    method: str
    records: Sequence[Mapping[str, Any]]
    external_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The call's name in `PATHS`."""
        return "upsert" if self.external_id else "collection"

    @property
    def path(self) -> str:
        """The call's path."""
        return PATHS[self.name].format(at="Lead", field=self.external_id)

    @property
    def body(self) -> dict[str, Any]:
        """The call's body; a row that fails spoils no other."""
        return {"allOrNone": False, "records": list(self.records)}

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does what sending it once does."""
        return self.method == "PATCH"
