"""`setup` and `migrate`: what is made before the first run."""

import os
from pathlib import Path

from commands.outcome import DONE, EXPECTED, code_of_error, worst
from commands.session import Session, ask, connect, open_session, out, tell
from connectors.base import Crm, MarketingPlatform, SetupStep
from sync.accounts import forget_accounts, wanted_fields
from sync.configuration import find_configuration, read_configuration
from sync.ledger.migrate import migrate as bring_up_to_date
from sync.ledger.store import Ledger
from sync.settings import Company


def setup(config: Path | None, names: list[str], *, yes: bool) -> int:
    """Creates what each company's systems lack, after showing it and asking."""
    with open_session(config) as session:
        return worst([_each(session, slug, yes=yes) for slug in session.companies(names)])


def _set_up(session: Session, slug: str, *, yes: bool) -> int:
    company = session.company(slug)
    platform, crm = connect(company, session.ledger)
    steps = find_missing(company, platform, crm)
    if not steps:
        out.print(f"{slug}: everything is there", markup=False)
        return DONE
    _show_steps(slug, steps)
    if not yes and not ask(
        "Create these?", f"{slug}: nobody is there to ask; run again with --yes to create these"
    ):
        out.print("nothing was created")
        return DONE
    out.print(f"{slug}: {len(create_missing(company, platform, crm))} steps done", markup=False)
    forget_accounts(session.ledger, slug)
    return DONE


def find_missing(company: Company, platform: MarketingPlatform, crm: Crm) -> list[SetupStep]:
    """What both systems lack of our fields and lists."""
    return [
        *platform.missing(wanted_fields(platform.system), _lists(company)),
        *crm.missing(wanted_fields(crm.system)),
    ]


def create_missing(company: Company, platform: MarketingPlatform, crm: Crm) -> list[SetupStep]:
    """Creates what both systems lack; a second call finds nothing to do."""
    return [
        *platform.ensure(wanted_fields(platform.system), _lists(company)),
        *crm.ensure(wanted_fields(crm.system)),
    ]


def _lists(company: Company) -> list[str]:
    return list(dict.fromkeys(company.tracks.values()))


def _show_steps(slug: str, steps: list[SetupStep]) -> None:
    """Steps of one kind in one line: what each is about stands behind the colon of its id."""
    out.print(f"{slug}: set-up would take {len(steps)} steps", markup=False)
    kinds: dict[str, list[SetupStep]] = {}
    for step in steps:
        kinds.setdefault(step.id.partition(":")[0], []).append(step)
    for same in kinds.values():
        rest = ", ".join(step.id.partition(":")[2] for step in same[1:])
        text = f"{same[0].text}, and {len(same) - 1} more: {rest}" if rest else same[0].text
        out.print(f"  - {text}", markup=False, soft_wrap=True)


def migrate(config: Path | None) -> int:
    """Brings the ledger to this version's schema."""
    configuration = read_configuration(find_configuration(config, os.environ))
    ledger = Ledger(configuration.ledger)
    try:
        done = bring_up_to_date(ledger)
    finally:
        ledger.close()
    out.print("the ledger was brought up to date" if done else "the ledger is up to date")
    return DONE


def _each(session: Session, slug: str, *, yes: bool) -> int:
    try:
        return _set_up(session, slug, yes=yes)
    except EXPECTED as error:
        tell(error)
        return code_of_error(error)
