"""How an RD Station account stands: the segmentation that is read, and the workflows of the tracks."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.base import Finding, Grade
from connectors.errors import Misconfigured
from connectors.rdstation.answers import SYSTEM
from connectors.rdstation.client import RDStationClient
from connectors.settings import RDStationSettings

EVERYONE = ("todos os contatos da base de leads", "all contacts in the leads base", "todos los contactos")


def find_segmentation(rows: list[dict[str, Any]], name: str | None) -> dict[str, Any]:
    """The segmentation of this name, else the standard one of everybody; raises Misconfigured, never guesses."""
    told = [str(row["name"]) for row in rows]
    if name is None:
        found = [row for row in rows if row.get("standard") and str(row["name"]).lower().startswith(EVERYONE)]
    else:
        found = [row for row in rows if row["name"] == name]
    if len(found) == 1:
        return found[0]
    what = f"no segmentation {name!r}" if name else "no segmentation that is known to hold everybody"
    text = f"RD Station has {what}: name one in `segmentation` (there are {', '.join(told)})"
    raise Misconfigured(text, system=SYSTEM)


def inspect(client: RDStationClient, settings: RDStationSettings) -> list[Finding]:
    """Every finding; raises ConnectorError for what is no matter of the account's own settings."""
    return [_segmentation(client, settings.segmentation), *_workflows(client, settings.workflows)]


def _segmentation(client: RDStationClient, name: str | None) -> Finding:
    try:
        found = find_segmentation(client.segmentations(), name)
    except Misconfigured as error:
        return Finding(what="segmentation", grade=Grade.fault, state="not found", remedy=str(error))
    if (status := found.get("process_status", "processed")) != "processed":
        remedy = "wait until RD Station has processed it; until then its contacts are not all there"
        return Finding(
            what=f"segmentation {found['name']}", grade=Grade.note, state=str(status), remedy=remedy
        )
    return Finding(what=f"segmentation {found['name']}", grade=Grade.ok, state="processed")


def _workflows(client: RDStationClient, wanted: Mapping[str, str]) -> Iterator[Finding]:
    if not wanted:
        return
    there = {str(row["id"]): row for row in client.workflows()}
    for track, number in wanted.items():
        found = there.get(number)
        remedy = f"correct workflows.{track}" if found is None else "start it in RD Station"
        sound = found is not None and found.get("status", "active") == "active"
        yield Finding(
            what=f"workflow of the track {track}",
            grade=Grade.ok if sound else Grade.fault,
            state="active" if sound else "not found" if found is None else "not active",
            remedy="" if sound else remedy,
        )
