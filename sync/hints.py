"""Hints of webhooks: contacts that a run reads although their turn has not come (docs/decisions/0018)."""

from collections.abc import Iterable, Iterator, Mapping

import structlog

from connectors.errors import ContractBroken, RecordRefused, RecordsBusy
from mapping.records import Record
from sync.ledger import hints, records
from sync.ledger.store import Tx, chunks
from sync.run import Run

BATCH, MOST = 100, 1_000  # contacts that one call reads, and one run
OF_ONE = (ContractBroken, RecordRefused, RecordsBusy)  # may be about one contact, not about the vendor

log = structlog.get_logger()


def waiting(run: Run) -> dict[str, str]:
    """The contacts that webhooks asked for until now, by id, each with the call that told it last.

    Beyond `MOST` the others wait for a later run, so that a flood of hints makes no run last for hours.
    """
    with run.write() as tx:
        hints.drop_others(tx, run.platform.system)
        return hints.hints_of(tx, run.platform.system, MOST)


def end(tx: Tx, run: Run, told: dict[str, str], rows: Iterable[Record]) -> None:
    """Ends the hints that these rows answer, in the transaction that stores them; takes them out of `told`."""
    read = {each for row in rows for each in (row.id, *row.aliases)}
    hints.drop_hints(tx, run.platform.system, {each: told.pop(each) for each in read & told.keys()})


def read_hinted(run: Run, told: Mapping[str, str]) -> Iterator[tuple[Mapping[str, str], list[Record]]]:
    """The hints, some at a time, with the contacts as they are now; an id that the platform lacks answers none.

    Where only a segmentation is read, a contact outside it is no lead, whoever names it: unknown ids are not read.
    Raises ConnectorError where the vendor fails; what is wrong with one contact ends its hint, since polling
    reads the contact in its turn.
    """
    with run.read() as tx:
        known = told if run.company.reads_all else _known(tx, run, told)
    for part in chunks(told, BATCH):
        yield {each: told[each] for each in part}, _read(run, [each for each in part if each in known])


def _known(tx: Tx, run: Run, told: Iterable[str]) -> set[str]:
    return {*records.known_records(tx, run.platform.system, "contact", told)}


def _read(run: Run, ids: list[str]) -> list[Record]:
    try:
        return run.platform.read(ids, run.properties) if ids else []
    except OF_ONE as error:
        if len(ids) == 1:
            log.warning("hint_not_read", system=error.system, error=type(error).__name__, detail=error.log)
            return []
    return [row for each in ids for row in _read(run, [each])]
