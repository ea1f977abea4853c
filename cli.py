"""The command line: parses what a person wrote, calls `commands`, sets the exit status."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

DAILY, BEFORE, WHY, RUNNING = "Every day", "Before the first run", "To understand", "To operate and to try"
AGREEING = "For the two teams"

Config = Annotated[
    Path | None,
    typer.Option("-c", "--config", help="The configuration; else ./config.toml or your own."),
]
Companies = Annotated[list[str] | None, typer.Argument(help="Slugs; all companies without any.")]
Company = Annotated[str | None, typer.Option("--company", help="Its slug, where several are configured.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Now = Annotated[
    str | None,
    typer.Option("--now", help="Judge as of this instant (ISO); for vendors on this machine only."),
]
Backfill = Annotated[
    str | None,
    typer.Option("--backfill", help="Pass leads that became MQL since this date too, not only new ones."),
]
At = Annotated[
    str | None,
    typer.Option("--now", help="As of this instant (ISO); for vendors on this machine only."),
]
Lead = Annotated[str, typer.Argument(help="Our lead id, or either system's record id.")]
By = Annotated[
    str | None,
    typer.Option("--by", help="Who decides: a user id or a name (only its hash is kept)."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Allow = Annotated[int, typer.Option("--allow-changes", help="Let this run create or change so many records.")]

Resend = Annotated[
    bool,
    typer.Option("--resend", help="Compare the fields of every lead that sales has, as after a new mapping."),
]


class _LeadOrCommand(TyperGroup):
    """`dispute LEAD` means `dispute open LEAD`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            args = ["open", *args]
        return super().resolve_command(ctx, args)


class _ByPurpose(TyperGroup):
    """Lists the commands under who uses them."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        for purpose in (DAILY, AGREEING, WHY, BEFORE, RUNNING):
            rows = [
                (name, command.get_short_help_str(limit=120))
                for name, command in found
                if command is not None and getattr(command, "rich_help_panel", None) == purpose
            ]
            with formatter.section(purpose):
                formatter.write_dl(rows)


app = typer.Typer(
    name="acuerdo",
    cls=_ByPurpose,
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Keeps the agreement between marketing and sales: passes qualified leads from HubSpot or "
    "RD Station Marketing to Salesforce, judges the follow-up, and writes the SLA status back to both.",
    epilog="Try it without an account: acuerdo demo. In cron write the whole path of `acuerdo`.",
)
config_app = typer.Typer(help="Show the configuration, or an example of one.", no_args_is_help=True)
agreement_app = typer.Typer(
    help="Publish the agreement, and look at what was published.", no_args_is_help=True
)
dispute_app = typer.Typer(
    help="Contest that sales rejected a lead, and decide it.", cls=_LeadOrCommand, no_args_is_help=True
)
refused_app = typer.Typer(help="Records that a system or a mapping would not take.", no_args_is_help=True)
matches_app = typer.Typer(
    help="What evidence does not decide: which record is a lead's, whose value stays.", no_args_is_help=True
)
sandbox_app = typer.Typer(help="HubSpot, RD Station and Salesforce on this machine.", no_args_is_help=True)
app.add_typer(agreement_app, name="agreement", rich_help_panel=AGREEING)
app.add_typer(dispute_app, name="dispute", rich_help_panel=AGREEING)
app.add_typer(config_app, name="config", rich_help_panel=BEFORE)
app.add_typer(refused_app, name="refused", rich_help_panel=WHY)
app.add_typer(matches_app, name="matches", rich_help_panel=WHY)
app.add_typer(sandbox_app, name="sandbox", rich_help_panel=RUNNING)


def _version() -> str:
    try:
        return version("acuerdo")
    except PackageNotFoundError:
        return "not installed"


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"acuerdo {_version()}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _main(
    context: typer.Context,
    _shown: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:  # a stray `sync` meant for the disk must not start a run
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


@app.command(rich_help_panel=DAILY)
def run(
    companies: Companies = None,
    config: Config = None,
    now: Now = None,
    backfill: Backfill = None,
    allow_changes: Allow = 0,
    resend: Resend = False,
    hinted: Annotated[
        bool, typer.Option("--hinted", help="Only companies whose webhooks have asked for a run.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Pass leads, judge follow-up, write the status back: one pass over each company.

    Example: acuerdo run -c config.toml
    """
    from commands import running

    wish = running.Wish(
        config=config,
        companies=companies or [],
        now=now,
        backfill=backfill,
        allow_changes=allow_changes,
        resend=resend,
        hinted=hinted,
        as_json=as_json,
    )
    _exit(lambda: running.run(wish))


@app.command(rich_help_panel=DAILY)
def plan(
    companies: Companies = None,
    config: Config = None,
    now: Now = None,
    backfill: Backfill = None,
    allow_changes: Allow = 0,
    lead: Annotated[str | None, typer.Option(help="Only this lead's writes, by any of its ids.")] = None,
    resend: Resend = False,
    as_json: Json = False,
) -> None:
    """Show what the next run would write, field by field; nothing is written.

    Example: acuerdo plan --lead hubspot-123-456
    """
    from commands import planning, running

    wish = running.Wish(
        config=config,
        companies=companies or [],
        now=now,
        backfill=backfill,
        allow_changes=allow_changes,
        resend=resend,
        as_json=as_json,
    )
    _exit(lambda: planning.plan(wish, lead))


@app.command(rich_help_panel=DAILY)
def status(companies: Companies = None, config: Config = None, now: At = None, as_json: Json = False) -> None:
    """Tell the last run, where every lead is, and what is owed by whom."""
    from commands import understanding

    _exit(lambda: understanding.status(config, companies or [], now=now, as_json=as_json))


@app.command(rich_help_panel=DAILY)
def report(
    config: Config = None,
    company: Company = None,
    period: Annotated[str, typer.Option(help="day, week, month or quarter.")] = "month",
    at: Annotated[str | None, typer.Option(help="A date in the period; today without it.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page here.")] = None,
    now: At = None,
    as_json: Json = False,
) -> None:
    """Show both teams the same numbers for a day, a week, a month or a quarter.

    Example: acuerdo report --period week --at 2026-05-13 --html week.html
    """
    from commands import understanding

    _exit(
        lambda: understanding.report(
            config, company, period=period, at=at, html=html, now=now, as_json=as_json
        )
    )


@app.command(rich_help_panel=DAILY)
def notices(
    companies: Companies = None,
    config: Config = None,
    since: Annotated[
        str | None, typer.Option(help="From this date or instant on (ISO); the last week without it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List what people are told: warnings, breaches that climb, corrections; to whom and since when.

    Example: acuerdo notices --since 2026-05-11 --json
    """
    from commands import telling

    _exit(lambda: telling.notices(config, companies or [], since=since, as_json=as_json))


@app.command(rich_help_panel=WHY)
def explain(
    lead: Lead,
    config: Config = None,
    company: Company = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Tell why a lead's verdict is what it is: its events, clocks, attempts, and the rule behind each.

    Example: acuerdo explain hubspot-123-456
    """
    from commands import understanding

    _exit(lambda: understanding.explain(config, company, lead, now=now, as_json=as_json))


@refused_app.command("list")
def refused_list(companies: Companies = None, config: Config = None, as_json: Json = False) -> None:
    """List what was refused, by whom, why and since when."""
    from commands import refusing

    _exit(lambda: refusing.refused_list(config, companies or [], as_json=as_json))


@refused_app.command("retry")
def refused_retry(
    leads: Annotated[
        list[str] | None, typer.Argument(help="Lead ids; all that nobody dropped without any.")
    ] = None,
    by: By = None,
    config: Config = None,
    company: Company = None,
    now: At = None,
) -> None:
    """Try refused records again at the next run, though nothing about them has changed.

    Example: acuerdo refused retry hubspot-123-456
    """
    from commands import refusing

    wish = refusing.Wish(leads=leads or (), config=config, company=company, by=by, now=now)
    _exit(lambda: refusing.refused_retry(wish))


@refused_app.command("drop")
def refused_drop(
    leads: Annotated[list[str], typer.Argument(help="Lead ids.")],
    by: By = None,
    config: Config = None,
    company: Company = None,
    now: At = None,
) -> None:
    """Never try what is refused of these leads again, whatever changes; `refused retry LEAD` takes it back.

    Example: acuerdo refused drop hubspot-123-456 --by Ana
    """
    from commands import refusing

    wish = refusing.Wish(leads=leads, config=config, company=company, by=by, now=now)
    _exit(lambda: refusing.refused_drop(wish))


@matches_app.command("list")
def matches_list(companies: Companies = None, config: Config = None, as_json: Json = False) -> None:
    """List what a person has to decide: both values with their times, and the command that settles each.

    Example: acuerdo matches list --json
    """
    from commands import matching

    _exit(lambda: matching.list_matches(config, companies or [], as_json=as_json))


@matches_app.command("settle")
def matches_settle(
    lead: Lead,
    choice: Annotated[str, typer.Argument(help="marketing or sales; for a record its id, or new.")],
    field: Annotated[str, typer.Option(help="The field that is asked about.")] = "",
    config: Config = None,
    company: Company = None,
) -> None:
    """Decide whose value stays, or which record of the CRM is the lead's; the next run does it.

    Example: acuerdo matches settle hubspot-123-456 sales --field Phone
    """
    from commands import matching

    wish = matching.Wish(lead=lead, choice=choice, field=field, config=config, company=company)
    _exit(lambda: matching.settle(wish))


@agreement_app.command("publish")
def agreement_publish(
    config: Config = None,
    company: Company = None,
    marketing: Annotated[str | None, typer.Option(help="Who signs for marketing.")] = None,
    sales: Annotated[str | None, typer.Option(help="Who signs for sales; may be the same person.")] = None,
    effective_from: Annotated[
        str | None, typer.Option(help="From when it holds (ISO); at once without it.")
    ] = None,
    message: Annotated[str | None, typer.Option(help="Why, for the history.")] = None,
    now: At = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Publish the configured agreement and its calendar as the next version, after showing what changes.

    Example: acuerdo agreement publish --marketing Ana --sales Luis --message "2 h for hot leads"
    """
    from commands import agreeing

    wish = agreeing.Wish(
        config=config,
        company=company,
        marketing=marketing,
        sales=sales,
        effective_from=effective_from,
        message=message,
        now=now,
        yes=yes,
        as_json=as_json,
    )
    _exit(lambda: agreeing.publish(wish))


@agreement_app.command("show")
def agreement_show(
    number: Annotated[int | None, typer.Argument(help="A version; the one in force without it.")] = None,
    config: Config = None,
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Show a version's rules, every default written out, as TOML.

    Example: acuerdo agreement show 2
    """
    from commands import agreeing

    _exit(lambda: agreeing.show(config, company, number, as_json=as_json))


@agreement_app.command("diff")
def agreement_diff(
    first: Annotated[int | None, typer.Argument(help="A version; the last published without it.")] = None,
    second: Annotated[int | None, typer.Argument(help="Another one; what is configured without it.")] = None,
    config: Config = None,
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Show what differs, key by key: published and configured, or two versions.

    Example: acuerdo agreement diff 1 2
    """
    from commands import agreeing

    _exit(lambda: agreeing.diff(config, company, first, second, as_json=as_json))


@agreement_app.command("history")
def agreement_history(config: Config = None, company: Company = None, as_json: Json = False) -> None:
    """List every version: when it was published, from when it holds, who signed, why.

    Example: acuerdo agreement history --json
    """
    from commands import agreeing

    _exit(lambda: agreeing.history(config, company, as_json=as_json))


@app.command(rich_help_panel=AGREEING)
def approve(
    lead: Lead,
    side: Annotated[str, typer.Option("--as", help="marketing or sales.")],
    by: By = None,
    config: Config = None,
    company: Company = None,
    now: At = None,
    as_json: Json = False,
) -> None:
    """Let a lead that was returned too often pass once more; both sides must approve.

    Example: acuerdo approve hubspot-123-456 --as marketing --by Ana
    """
    from commands import deciding

    wish = deciding.Wish(lead=lead, config=config, company=company, by=by, now=now, as_json=as_json)
    _exit(lambda: deciding.approve(wish, side))


@dispute_app.command("open")
def dispute_open(
    lead: Lead,
    by: By = None,
    config: Config = None,
    company: Company = None,
    now: At = None,
    as_json: Json = False,
) -> None:
    """Contest, for marketing, that sales rejected a lead; `dispute LEAD` does the same.

    Example: acuerdo dispute hubspot-123-456 --by Ana
    """
    from commands import deciding

    wish = deciding.Wish(lead=lead, config=config, company=company, by=by, now=now, as_json=as_json)
    _exit(lambda: deciding.dispute(wish))


@dispute_app.command("decide")
def dispute_decide(
    lead: Lead,
    decision: Annotated[str, typer.Argument(help="upheld (passed to sales again) or final (it stands).")],
    by: By = None,
    config: Config = None,
    company: Company = None,
    now: At = None,
    as_json: Json = False,
) -> None:
    """End a dispute; who rejected the lead may not uphold it.

    Example: acuerdo dispute decide hubspot-123-456 upheld --by 005A0000001
    """
    from commands import deciding

    wish = deciding.Wish(lead=lead, config=config, company=company, by=by, now=now, as_json=as_json)
    _exit(lambda: deciding.decide_dispute(wish, decision))


@app.command(rich_help_panel=AGREEING)
def acknowledge(
    lead: Lead,
    clock: Annotated[str | None, typer.Option(help="One clock; all that are overdue without it.")] = None,
    by: By = None,
    config: Config = None,
    company: Company = None,
    now: At = None,
    as_json: Json = False,
) -> None:
    """Answer for what is overdue, so that nobody higher is told.

    Example: acuerdo acknowledge hubspot-123-456 --by Luis
    """
    from commands import deciding

    wish = deciding.Wish(lead=lead, config=config, company=company, by=by, now=now, as_json=as_json)
    _exit(lambda: deciding.acknowledge(wish, clock))


@app.command(rich_help_panel=AGREEING)
def recompute(
    since: Annotated[str, typer.Option("--from", help="From when the calendar is mended (ISO).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what differs.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Move the clocks without asking.")] = False,
    by: By = None,
    config: Config = None,
    company: Company = None,
    now: At = None,
    as_json: Json = False,
) -> None:
    """Reckon open clocks again in the configured calendar, as if it had held since an instant of the past.

    Example: acuerdo recompute --from 2026-05-13 --dry-run
    """
    from commands import recomputing

    wish = recomputing.Wish(
        since=since, dry_run=dry_run, yes=yes, config=config, company=company, by=by, now=now, as_json=as_json
    )
    _exit(lambda: recomputing.recompute(wish))


@app.command(rich_help_panel=AGREEING)
def goal(
    revenue: Annotated[str | None, typer.Option(help="Of the period; needs --sale.")] = None,
    sale: Annotated[str | None, typer.Option(help="An average sale.")] = None,
    sales: Annotated[int | None, typer.Option(help="How many sales, instead of revenue and sale.")] = None,
    share: Annotated[str | None, typer.Option(help="Marketing's share of the sales, such as 60%.")] = None,
    rate: Annotated[
        list[str] | None, typer.Option(help="1/8, 12.5%, '25 of 200'; once a stage: mql=1/4, sal=1/2.")
    ] = None,
    ramp: Annotated[str | None, typer.Option(help="Month by month: 0.5,0.75,1.")] = None,
    config: Config = None,
    company: Company = None,
    now: At = None,
    as_json: Json = False,
) -> None:
    """Work a goal back from revenue to leads, with the chance of reaching it, and tell how both sides stand.

    Without figures it is the agreement's goal; with them it needs no configuration.

    Example: acuerdo goal --revenue 100000 --sale 6667 --rate 1/8
    """
    from commands import aiming

    figures = aiming.Figures(
        revenue=revenue, sale=sale, sales=sales, share=share, rates=rate or [], ramp=ramp
    )
    _exit(lambda: aiming.goal(config, company, figures, now=now, as_json=as_json))


@app.command(rich_help_panel=WHY)
def due(
    start: Annotated[str | None, typer.Argument(help="An instant (ISO, with its offset).")] = None,
    target: Annotated[str | None, typer.Argument(help="15m, 4h, 2bd (business days), 10d.")] = None,
    between: Annotated[
        tuple[str, str] | None, typer.Option(help="Count the business time between two instants instead.")
    ] = None,
    config: Config = None,
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Tell when a deadline falls by the company's calendar, and the way there.

    Example: acuerdo due 2026-05-13T16:00+02:00 4h
    """
    from commands import reckoning

    _exit(lambda: reckoning.due(config, company, start, target, between, as_json=as_json))


@app.command(rich_help_panel=WHY)
def backtest(
    definition: Annotated[
        str, typer.Option(help="A TOML file with mql = {...}, or `configured`.")
    ] = "configured",
    since: Annotated[str | None, typer.Option(help="From here until now; last quarter without it.")] = None,
    config: Config = None,
    company: Company = None,
    now: At = None,
    as_json: Json = False,
) -> None:
    """Tell how many leads another definition of MQL would have passed, and which.

    Example: acuerdo backtest --definition stricter.toml --since 2026-04-01
    """
    from commands import reckoning

    _exit(lambda: reckoning.backtest(config, company, definition, since, now=now, as_json=as_json))


@app.command(rich_help_panel=BEFORE)
def check(companies: Companies = None, config: Config = None, as_json: Json = False) -> None:
    """Look at everything a run needs: credentials, fields, mapping; exit 0 only when a run would work."""
    from commands import checking

    _exit(lambda: checking.check(config, companies or [], as_json=as_json))


@app.command(rich_help_panel=BEFORE)
def setup(
    companies: Companies = None,
    config: Config = None,
    yes: Yes = False,
) -> None:
    """Create the fields and lists of ours that the systems lack, after showing them."""
    from commands import setting_up

    _exit(lambda: setting_up.setup(config, companies or [], yes=yes))


@app.command(rich_help_panel=BEFORE)
def init(
    file: Annotated[Path, typer.Argument(help="Where it goes; a file that is there stays.")] = Path(
        "config.toml"
    ),
    slug: Annotated[str | None, typer.Option(help="The company's short name; else of the CRM's.")] = None,
    platform: Annotated[str, typer.Option(help="The marketing platform: hubspot or rdstation.")] = "hubspot",
    crm: Annotated[str, typer.Option(help="The CRM.")] = "salesforce",
) -> None:
    """Write a first configuration from what both accounts say: zone, country, forms, stages, statuses.

    Credentials come from variables such as HUBSPOT_TOKEN; at a terminal it asks for what is missing.

    Example: acuerdo init
    """
    from commands import beginning

    wish = beginning.Wish(file=file, slug=slug, platform=platform, crm=crm)
    _exit(lambda: beginning.init(wish))


@app.command(rich_help_panel=BEFORE)
def fields(
    config: Config = None,
    company: Company = None,
    system: Annotated[str | None, typer.Option(help="Only this system's, such as salesforce.")] = None,
    search: Annotated[str | None, typer.Option(help="Only those with this in their name or label.")] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print a mapping for fields that none fills, as TOML to paste.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List both systems' fields with their types, lengths and options, and which are mapped.

    Example: acuerdo fields --system salesforce --search phone
    """
    from commands import listing

    wish = listing.Wish(
        config=config, company=company, system=system, search=search, suggest=suggest, as_json=as_json
    )
    _exit(lambda: listing.fields(wish))


@config_app.command("show")
def config_show(config: Config = None, as_json: Json = False) -> None:
    """Show the effective configuration, defaults filled in, secrets hidden."""
    from commands import configuring

    _exit(lambda: configuring.show(config, as_json=as_json))


@config_app.command("schema")
def config_schema(
    company_file: Annotated[
        bool, typer.Option("--company-file", help="Of one company's own file in companies/.")
    ] = False,
) -> None:
    """Print the configuration's JSON Schema, by which an editor completes and checks it.

    Example: acuerdo config schema > config.schema.json
    """
    from commands import configuring

    typer.echo(configuring.schema(company_file=company_file))


@config_app.command("example")
def config_example() -> None:
    """Print an example to start from.

    Example: acuerdo config example > config.toml
    """
    from commands import configuring

    typer.echo(configuring.example_configuration(), nl=False)


@app.command(rich_help_panel=RUNNING)
def erase(
    lead: Lead,
    systems: Annotated[
        bool, typer.Option("--systems", help="At the marketing platform and in the CRM too.")
    ] = False,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="The person came back: let them be passed again.")
    ] = False,
    config: Config = None,
    company: Company = None,
    now: At = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Empty all that is kept of a person; a keyed hash stays, so that nobody passes the person again.

    Example: acuerdo erase hubspot-123-456 --systems
    """
    from commands import erasing

    wish = erasing.Wish(
        lead=lead,
        systems=systems,
        config=config,
        company=company,
        now=now,
        yes=yes,
        as_json=as_json,
        take_back=take_back,
    )
    _exit(lambda: erasing.erase(wish))


@app.command(rich_help_panel=RUNNING)
def migrate(config: Config = None) -> None:
    """Bring the ledger to the schema that this version needs."""
    from commands import setting_up

    _exit(lambda: setting_up.migrate(config))


@app.command(rich_help_panel=RUNNING)
def serve(
    config: Config = None,
    host: Annotated[
        str, typer.Option(help="Of this machine; a proxy with TLS stands before it.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8080,
    addresses: Annotated[
        bool,
        typer.Option("--addresses", help="Print each webhook's whole address, its secret path too, and end."),
    ] = False,
) -> None:
    """Receive the vendors' webhooks until interrupted: the next run reads sooner whom they name.

    Example: acuerdo serve --port 8080
    """
    from commands import extra

    with extra.needed("web"):
        from commands import serving
    _exit(lambda: serving.receive(serving.Wish(config=config, host=host, port=port, addresses=addresses)))


@app.command(rich_help_panel=RUNNING)
def demo(
    page: Annotated[Path, typer.Option(help="Where the report's page goes.")] = Path("acuerdo-demo.html"),
    seed: Annotated[int, typer.Option(help="Another seed makes other people.")] = 7,
) -> None:
    """Run the whole product for a simulated month, with no account: made-up leads and salespeople."""
    from commands import extra

    with extra.needed("demo"):
        from commands import demonstration
    _exit(lambda: demonstration.demo(page, seed=seed))


@sandbox_app.command("serve")
def sandbox_serve(
    state: Annotated[Path | None, typer.Option(help="Keep the sandbox's records in this folder.")] = None,
    now: Annotated[str | None, typer.Option(help="Where its business clock starts (ISO).")] = None,
    seed: Annotated[int, typer.Option(help="Of everything that is made up.")] = 0,
    leads: Annotated[int, typer.Option(help="Load so many made-up leads.")] = 0,
    leads_in: Annotated[str, typer.Option(help="Where: hubspot or rdstation.")] = "hubspot",
    env: Annotated[
        Path | None, typer.Option(help="Write addresses and credentials here as variables.")
    ] = None,
    port_base: Annotated[
        int | None, typer.Option(help="The first of the ports; 0 takes free ones. Without it 8800 to 8803.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Serve HubSpot, RD Station and Salesforce on this machine until interrupted.

    Example: acuerdo sandbox serve --seed 7 --leads 60 --env sandbox.env
    """
    from commands import extra

    with extra.needed("demo"):
        from commands import sandboxing
    _exit(
        lambda: sandboxing.serve_sandbox(
            state=state,
            now=now,
            seed=seed,
            leads=leads,
            leads_in=leads_in,
            env=env,
            port_base=port_base,
            as_json=as_json,
        )
    )


def _exit(body: Callable[[], int]) -> None:
    from commands.session import guarded

    raise typer.Exit(guarded(body))


def main() -> None:
    """The entry point of `acuerdo` and of `sync`."""
    app()


if __name__ == "__main__":
    main()
