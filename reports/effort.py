"""Sales' effort: attempts enough, and not too many for a lead or for an account."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from policies.attempts import Attempt, account_excess
from reports.figures.rates import Share
from reports.rows import Rows
from reports.span import Span
from reports.stages import Ways

TOO_MUCH = ("over_cap", "quiet_hours", "after_give_up")  # policy 5.3: what burns leads
OVER_ACCOUNT = "over_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Enough and not too much.

    `given_up` as agreed among leads returned as unreachable in the span; `missing` are the attempts that early
    ones lacked; `too_much` touches by reason among `in_hand` handoffs, `per_hundred` of them.
    """

    counted: int
    given_up: Share
    early: int
    missing: int
    too_much: tuple[tuple[str, int], ...]
    in_hand: int
    expired: int

    @property
    def per_hundred(self) -> float | None:
        """Touches too many for each hundred handoffs in hand; None without any."""
        return 100 * sum(count for _, count in self.too_much) / self.in_hand if self.in_hand else None


def attempts(rows: Rows, ways: Ways, span: Span, account_cap: int | None = None) -> Attempts:
    """Attempts of the span: the floor (given up as agreed) and the ceiling (nobody pestered)."""
    closed = [each for each in ways.handoffs if each.state == "returned" and span.holds(each.since)]
    silent = [each for each in closed if each.reason == "no_response"]
    early = [each for each in silent if each.flagged("early_give_up")]
    return Attempts(
        counted=sum(each.counted and span.holds(each.occurred_at) for each in rows.touch),
        given_up=Share(len(silent) - len(early), len(silent)),
        early=len(early),
        missing=sum(int(each.flags["early_give_up"] or 0) for each in early),
        too_much=_too_much(rows, span, account_cap),
        in_hand=sum(
            each.delivered_at is not None and each.delivered_at < span.end for each in ways.open_in(span)
        ),
        expired=sum(each.reason == "expired" for each in closed),
    )


def _too_much(rows: Rows, span: Span, account_cap: int | None) -> tuple[tuple[str, int], ...]:
    found = Counter(each.reason for each in rows.touch if span.holds(each.occurred_at))
    told = tuple((reason, found[reason]) for reason in TOO_MUCH)
    beyond = _beyond_account(rows, span, account_cap)
    return (*told, (OVER_ACCOUNT, beyond)) if beyond else told


def _beyond_account(rows: Rows, span: Span, cap: int | None) -> int:
    """Counted attempts of the span beyond what a day may bring all contacts of one account (case H14)."""
    by_account: defaultdict[str, list[Attempt]] = defaultdict(list)
    accounts = rows.accounts
    for number, each in enumerate(rows.touch):
        account = accounts.get(each.lead)
        if account is not None and each.counted:
            known = Attempt(
                each.occurred_at, str(number), each.channel, each.user, counted=True, date=each.date
            )
            by_account[account].append(known)
    return sum(span.holds(each.at) for found in by_account.values() for each in account_excess(found, cap))
