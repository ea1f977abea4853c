"""The sandbox's memory: one SQLite database that every vendor keeps its own tables in."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from random import Random
from threading import RLock

from sandbox.clock import BusinessClock

Setting = bool | float | str


class State:
    """What the vendors share: the database, its lock, the business clock and seeded randomness.

    `folder`, made where it is missing, keeps the database in `sandbox.sqlite`; without it everything is in memory. Take `lock`
    around every use of `database`: requests are served by several threads. `settings` are what the control
    address may change while it runs; a vendor names its own with their defaults when it is built.
    """

    def __init__(self, clock: BusinessClock, folder: Path | None = None, seed: int = 0) -> None:
        self.clock = clock
        self.seed = seed
        self.random = Random(seed)
        self.settings: dict[str, Setting] = {}
        self.lock = RLock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        path = ":memory:" if folder is None else str(folder / "sandbox.sqlite")
        self.database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.database.row_factory = sqlite3.Row
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=OFF")  # a sandbox may forget on a power cut

    def default(self, settings: Mapping[str, Setting]) -> None:
        """Add settings that are not there yet."""
        self.settings = {**settings, **self.settings}

    def close(self) -> None:
        """Close the database; without a folder everything is forgotten."""
        with self.lock:
            self.database.close()
