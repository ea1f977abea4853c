"""`plan`: what the next run over each company would write, field by field and in total."""

import json
from collections.abc import Iterator

from commands.outcome import EXPECTED, LIMIT, code_of_error, code_of_summary, worst
from commands.running import Wish, progress_of, tell_revision
from commands.session import Session, business_now, connect, err, open_session, out, tell
from commands.tables import show_table
from sync.difference import Difference, differences_of, totals_of
from sync.limits import counted
from sync.plan import Plan, plan_company
from sync.rehearsal import PlannedWrite

SHOWN = 20  # writes on a terminal; --json tells all
FIELDS = 40  # lines of the totals; --json tells all
UNKNOWN = "?"


def plan(wish: Wish, lead: str | None = None) -> int:
    """Shows what the next run over each company would write, of one lead or of all."""
    codes, rows = [], []
    with open_session(wish.config) as session:
        for slug in session.companies(wish.companies):
            try:
                found = _plan_one(session, slug, wish)
            except EXPECTED as error:
                tell(error)
                codes.append(code_of_error(error))
                continue
            found = found.of_lead(lead) if lead else found
            codes.append(LIMIT if found.stopped else code_of_summary(found.summary))
            rows.append(found.as_row())
            if not wish.as_json:
                _show(found)
    if wish.as_json:
        out.print_json(json.dumps(rows))
    return worst(codes)


def _plan_one(session: Session, slug: str, wish: Wish) -> Plan:
    company = session.company(slug)
    now = business_now(wish.now, [company])
    with progress_of(slug, shown=not wish.as_json) as progress:
        platform, crm = connect(company, session.ledger, now if wish.now else None)
        return plan_company(
            company, session.ledger, platform, crm, now=now, options=wish.options, progress=progress
        )


def _show(plan: Plan) -> None:
    rows = [
        row for write in plan.writes[:SHOWN] for row in _rows(plan, write, differences_of(write, plan.hidden))
    ]
    heads = ("system", "what", "lead", "field", "now", "then")
    show_table(f"{plan.company}: what the next run would write", heads, rows, keys=3)
    if len(plan.writes) > SHOWN:
        out.print(f"... and {len(plan.writes) - SHOWN} more; --json lists all, --lead LEAD one of them")
    out.print(", ".join(f"{name} {count}" for name, count in plan.totals.items()) or "nothing to write")
    _show_totals(plan)
    tell_revision(plan.summary)
    _show_refused(plan)
    for fault in plan.summary.faults:
        tell(fault)
    if plan.stopped:
        err.print(plan.stopped, style="red", markup=False)


def _show_totals(plan: Plan) -> None:
    totals = totals_of(plan.writes)
    for row in totals[:FIELDS]:
        kinds = ", ".join(
            f"{row[each]} {each}" for each in ("set", "changed", "cleared", "written") if each in row
        )
        out.print(f"  {row['system']} {row['verb']}: {row['field']} {kinds}", markup=False)
    if len(totals) > FIELDS:
        out.print(f"  ... and {len(totals) - FIELDS} fields more; --json lists all")
    if plan.planned is not None:
        most = {
            name: "none" if each is None else each
            for name, each in counted(plan.planned, plan.limits).items()
        }
        out.print(
            f"new records {most['creations']} (limit {most['most_creations']}), changed records {most['changes']} "
            f"(limit {most['most_changes']}, of {most['linked']} linked ones)"
        )


def _show_refused(plan: Plan) -> None:
    """What would not go, and why: each of it waits on the refused list until its source or the mapping changes."""
    for each in plan.refused[:SHOWN]:
        out.print(f"refused by {each.system}: {each.lead}: {each.message}", markup=False, soft_wrap=True)
    if len(plan.refused) > SHOWN:
        out.print(f"... and {len(plan.refused) - SHOWN} more would be refused; --json lists all")


def _rows(plan: Plan, write: PlannedWrite, changes: tuple[Difference, ...]) -> Iterator[tuple[str, ...]]:
    what = ("create" if write.creates else "update") if write.verb == "push" else write.verb
    head = (write.system, what, write.lead)
    if not changes:
        yield (*head, "", "", "")
    for number, each in enumerate(changes):
        old = plan.shown(write.system, each.field, each.old) if each.known else UNKNOWN
        new = plan.shown(write.system, each.field, each.new)
        yield (*(head if number == 0 else ("", "", "")), each.field, old, new)
