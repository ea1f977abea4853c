# ruff: noqa: ARG001 - the rules of all objects have one shape
"""Opportunities: what their stage decides, and the history of stages."""

from sandbox.salesforce.access import Actor
from sandbox.salesforce.org import Org
from sandbox.salesforce.store import Row

_HISTORY = ("StageName", "Amount", "CloseDate", "Probability")


def prepare_insert(org: Org, actor: Actor, row: Row) -> None:
    """Closed, won, probability and forecast follow from the stage."""
    row.update(_stage(org, row))
    row["LastStageChangeDate"] = None


def prepare_update(org: Org, actor: Actor, before: Row, changes: Row) -> None:
    """A change of stage decides closed, won, probability and forecast anew."""
    if changes.get("StageName", before["StageName"]) != before["StageName"]:
        probability = {"Probability": changes.get("Probability")}
        changes.update(_stage(org, before | changes | probability))
        changes["LastStageChangeDate"] = actor.at


def follow_insert(org: Org, actor: Actor, row: Row) -> None:
    """History begins with the first stage; a contact given at creation becomes the primary role."""
    _remember(org, actor, row)
    if row.get("ContactId"):
        add_role(org, actor, row["Id"], row["ContactId"])


def follow_update(org: Org, actor: Actor, before: Row, after: Row) -> None:
    """A row of history for each change of stage, amount, close date or probability."""
    if any(before[name] != after[name] for name in _HISTORY):
        _remember(org, actor, after)


def add_role(org: Org, actor: Actor, deal: str, contact: str) -> str:
    """Write the primary OpportunityContactRole."""
    row = {"OpportunityId": deal, "ContactId": contact, "IsPrimary": 1}
    return org.put(actor, "OpportunityContactRole", row)


def _stage(org: Org, row: Row) -> Row:
    found = org.store.find("OpportunityStage", '"ApiName" = ?', (row.get("StageName"),))
    stage = found[0] if found else {}
    probability = row.get("Probability")
    return {
        "IsClosed": stage.get("IsClosed", 0),
        "IsWon": stage.get("IsWon", 0),
        "Probability": stage.get("DefaultProbability") if probability is None else probability,
        "ForecastCategoryName": stage.get("ForecastCategoryName", "Pipeline"),
    }


def _remember(org: Org, actor: Actor, row: Row) -> None:
    kept = {name: row.get(name) for name in _HISTORY}
    org.put(actor, "OpportunityHistory", {"OpportunityId": row["Id"], **kept})
