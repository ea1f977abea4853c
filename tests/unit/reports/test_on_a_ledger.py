"""The report of a ledger that real runs wrote, so that rows, verdicts and figures mean the same."""

from reports.figures.rates import Share
from reports.report import Report, build_report
from reports.rows import TABLES, Rows
from sync.accounts import wanted_fields
from sync.ledger import exports
from sync.ledger.store import Ledger
from tests.flow.scenes import Step, perform
from tests.flow.world import DAY, HOUR, World
from tests.unit.reports.made import MADRID, office


def report_of(world: World) -> Report:
    with world.ledger.read(world.company.slug, world.now) as tx:
        rows = Rows.load({name: list(exports.rows_of(tx, name)) for name in TABLES})
    return build_report(rows, period="week", zone=MADRID, now=world.now, goal=10, hours=office())


def test_a_week_of_seven_leads_is_told_as_it_went(ledger: Ledger) -> None:
    world = World(ledger)
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    for name in (*["new MQL"] * 5, "new MQL nobody can reach", "new MQL with a long name"):
        perform(world, Step(name))
    world.run()
    world.wait(HOUR // 2)
    perform(world, Step("answered call", 0))
    perform(world, Step("reject", 2))
    world.run()
    world.wait(DAY)
    for name, number in (("convert", 0), ("win", 0), ("not now", 1)):
        perform(world, Step(name, number))
    world.run()
    world.run()

    report = report_of(world)

    funnel = {each.stage: (each.handoffs, each.people) for each in report.funnel}
    assert funnel == {
        "leads": (7, 7),
        "mql": (7, 7),
        "passed": (5, 5),
        "accepted": (4, 4),  # the one that was called, and three by silence
        "connected": (1, 1),
        "qualified": (1, 1),
        "opportunity": (1, 1),
        "won": (1, 1),
    }
    assert (report.marketing.valid, report.marketing.incomplete) == (4, 2)
    assert report.marketing.accepted == Share(4, 5)
    assert [(each.reason, each.leads) for each in report.marketing.rejections] == [("bad_fit", 1)]
    assert len(report.sales.untouched) == 2
    assert [(each.reason, each.track, each.handoffs) for each in report.returns] == [
        ("not_now", "nurture", 1)
    ]
    assert dict(report.whereabouts.places) == {
        "won": 1,
        "refused": 1,
        "draft": 1,
        "accepted": 2,
        "nurture": 1,
        "rejected": 1,
    }
    assert report.whereabouts.conserved
    assert [each.name for each in report.by_source] == [""]
    assert {each.code for each in report.exceptions if each.kind == "refused"} == {"mapping push: too_long"}
    assert report.standing.run_at == world.now
