"""The command line: parses what a person wrote, calls `commands`, sets the exit status."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

DAILY, BEFORE, WHY, RUNNING = "Every day", "Before the first run", "To understand", "To operate and to try"

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
Allow = Annotated[int, typer.Option("--allow-changes", help="Let this run create or change so many records.")]

app = typer.Typer(
    name="acuerdo",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Keeps the agreement between marketing and sales: passes qualified leads from HubSpot to Salesforce, "
    "judges the follow-up, and writes the SLA status back to both.",
    epilog="Try it without an account: acuerdo demo. In cron write the whole path of `acuerdo`.",
)
config_app = typer.Typer(help="Show the configuration, or an example of one.", no_args_is_help=True)
refused_app = typer.Typer(help="Records that a system or a mapping would not take.", no_args_is_help=True)
sandbox_app = typer.Typer(help="HubSpot and Salesforce on this machine, to try things.", no_args_is_help=True)
app.add_typer(config_app, name="config", rich_help_panel=BEFORE)
app.add_typer(refused_app, name="refused", rich_help_panel=WHY)
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
    as_json: Json = False,
) -> None:
    """Show what the next run would write; nothing is written.

    Example: acuerdo plan -c config.toml --json
    """
    from commands import running

    wish = running.Wish(
        config=config,
        companies=companies or [],
        now=now,
        backfill=backfill,
        allow_changes=allow_changes,
        as_json=as_json,
    )
    _exit(lambda: running.plan(wish))


@app.command(rich_help_panel=DAILY)
def status(companies: Companies = None, config: Config = None, as_json: Json = False) -> None:
    """Tell the last run, where every lead is, and what is owed by whom."""
    from commands import understanding

    _exit(lambda: understanding.status(config, companies or [], as_json=as_json))


@app.command(rich_help_panel=DAILY)
def report(
    config: Config = None,
    company: Company = None,
    period: Annotated[str, typer.Option(help="day, week, month or quarter.")] = "month",
    at: Annotated[str | None, typer.Option(help="A date in the period; today without it.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page here.")] = None,
    as_json: Json = False,
) -> None:
    """Show both teams the same numbers for a day, a week, a month or a quarter.

    Example: acuerdo report --period week --at 2026-05-13 --html week.html
    """
    from commands import understanding

    _exit(lambda: understanding.report(config, company, period=period, at=at, html=html, as_json=as_json))


@app.command(rich_help_panel=WHY)
def explain(
    lead: Annotated[str, typer.Argument(help="Our lead id, or either system's record id.")],
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
    """List what was refused, since when, why, and what to do."""
    from commands import understanding

    _exit(lambda: understanding.refused_list(config, companies or [], as_json=as_json))


@refused_app.command("retry")
def refused_retry(
    leads: Annotated[list[str] | None, typer.Argument(help="Lead ids; all of them without any.")] = None,
    config: Config = None,
    company: Company = None,
) -> None:
    """Try refused records again at the next run, though nothing about them has changed."""
    from commands import understanding

    _exit(lambda: understanding.refused_retry(config, company, leads or []))


@app.command(rich_help_panel=BEFORE)
def check(companies: Companies = None, config: Config = None, as_json: Json = False) -> None:
    """Look at everything a run needs: credentials, fields, mapping; exit 0 only when a run would work."""
    from commands import setting_up

    _exit(lambda: setting_up.check(config, companies or [], as_json=as_json))


@app.command(rich_help_panel=BEFORE)
def setup(
    companies: Companies = None,
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Create without asking.")] = False,
) -> None:
    """Create the fields and lists of ours that the systems lack, after showing them."""
    from commands import setting_up

    _exit(lambda: setting_up.setup(config, companies or [], yes=yes))


@config_app.command("show")
def config_show(config: Config = None, as_json: Json = False) -> None:
    """Show the effective configuration, defaults filled in, secrets hidden."""
    from commands import setting_up

    _exit(lambda: setting_up.show_configuration(config, as_json=as_json))


@config_app.command("example")
def config_example() -> None:
    """Print an example to start from.

    Example: acuerdo config example > config.toml
    """
    from commands import setting_up

    typer.echo(setting_up.example_configuration(), nl=False)


@app.command(rich_help_panel=RUNNING)
def migrate(config: Config = None) -> None:
    """Bring the ledger to the schema that this version needs."""
    from commands import setting_up

    _exit(lambda: setting_up.migrate(config))


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
    env: Annotated[
        Path | None, typer.Option(help="Write addresses and credentials here as variables.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Serve HubSpot and Salesforce on this machine until interrupted.

    Example: acuerdo sandbox serve --seed 7 --leads 60 --env sandbox.env
    """
    from commands import extra

    with extra.needed("demo"):
        from commands import sandboxing
    _exit(
        lambda: sandboxing.serve_sandbox(
            state=state, now=now, seed=seed, leads=leads, env=env, as_json=as_json
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
