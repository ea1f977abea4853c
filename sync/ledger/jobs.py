"""Jobs that vendors work off by themselves and that no run has seen end."""

import time

from sqlalchemy import delete, select

from sync.ledger import schema
from sync.ledger.store import Ledger


class KeptJobs:
    """The jobs of one company in one system, kept across runs: a run that is killed leaves them to the next."""

    def __init__(self, ledger: Ledger, company: str, system: str) -> None:
        self._ledger, self._company, self._system = ledger, company, system

    def unfinished(self) -> list[str]:
        """The jobs that were noted and not forgotten, oldest first."""
        table = schema.job
        query = (
            select(table.c.id)
            .where(table.c.company == self._company, table.c.system == self._system)
            .order_by(table.c.at, table.c.id)
        )
        with self._ledger.read(self._company) as tx:
            return list(tx.connection.execute(query).scalars())

    def note(self, job: str) -> None:
        """Keeps a job that is about to begin."""
        with self._ledger.write(self._company, 0) as tx:
            tx.add_new(schema.job, [{"system": self._system, "id": job, "at": int(time.time())}])

    def wait_for(self, job: str) -> None:
        """Renews the run's lease: a vendor may work longer than one lasts. Raises LeaseLost where it is lost."""
        with self._ledger.write(self._company, 0):
            pass

    def forget(self, job: str) -> None:
        """Drops a job that has ended."""
        table = schema.job
        where = (table.c.company == self._company, table.c.system == self._system, table.c.id == job)
        with self._ledger.write(self._company, 0) as tx:
            tx.connection.execute(delete(table).where(*where))
