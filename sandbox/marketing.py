"""Made-up leads as marketing wins them, day by day, and their way into HubSpot.

`leads_of_day` makes them from a seed: people who do not exist, at addresses under example.com and its like.
`load` creates them through HubSpot's public API; `track` adds what HubSpot itself tracks (form fills, visits,
e-mails, score), which no client of the API can write, through the sandbox's control address.
"""

import json
import re
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.marketing_tables import (
    COUNTRIES,
    EMAILS,
    FIRST_NAMES,
    FORMS,
    INDUSTRIES,
    JOBS,
    LAST_NAMES,
    PAGES,
    PLACES,
    SOURCES,
    TRADES,
)

Lead = Mapping[str, Mapping[str, str]]
"""`properties` that a client writes, and `tracked` ones that HubSpot writes itself."""

BATCH = 100  # what HubSpot takes in one call
TIMEOUT = 60.0
DAY = timedelta(days=1)

AWKWARD = ("no company", "no phone", "emoji", "comma and quote", "formula", "odd phone")
LONG_NAME = 300


class LoadFailed(Exception):
    """HubSpot, or the control address, did not take what it was sent; `status` is the HTTP status.

    The text holds statuses and error categories, never what was sent or answered.
    """

    def __init__(self, status: int, what: str) -> None:
        self.status = status
        super().__init__(f"{what}: HTTP {status}")


def leads_of_day(
    day: date,
    seed: int,
    count: int,
    *,
    zone: str = "Europe/Madrid",
    by: time = time(9),
    awkward: bool = True,
    long_names: bool = False,
) -> list[dict[str, dict[str, str]]]:
    """What marketing won in the 24 hours before `by` of a day on the wall in `zone`: `count` leads.

    The same arguments make the same leads; no two of any days and seeds share an e-mail address. With
    `awkward` about one in eight has something odd (`AWKWARD`), with `long_names` the first has a last name of
    300 characters.
    """
    random = Random(f"{seed}/{day.isoformat()}")
    until = datetime.combine(day, by, ZoneInfo(zone))
    leads = []
    for number in range(count):
        lead = _lead(random, f"{seed}.{day:%y%m%d}.{number}", until)
        if awkward and random.random() < 1 / 8:
            _make_awkward(lead["properties"], random.choice(AWKWARD))
        leads.append(lead)
    if long_names and leads:
        leads[0]["properties"]["lastname"] = "Interminable " * (LONG_NAME // 13) + "y" * (LONG_NAME % 13)
    return leads


def load(base_url: str, token: str, leads: Sequence[Lead]) -> list[str]:
    """Create these leads as contacts through HubSpot's batch API; answers their ids in the order given.

    Raises LoadFailed where a batch, or a row of one (status 207), is refused; rows before it are created.
    """
    headers = {"Authorization": f"Bearer {token}"}
    ids: list[str] = []
    for start in range(0, len(leads), BATCH):
        part = leads[start : start + BATCH]
        rows = [
            {"objectWriteTraceId": str(number), "properties": dict(lead["properties"])}
            for number, lead in enumerate(part)
        ]
        url = f"{base_url}/crm/v3/objects/contacts/batch/create"
        status, answer = _post(url, {"inputs": rows}, headers, "creating contacts")
        if answer.get("errors"):
            raise LoadFailed(status, f"creating contacts: {_refused(answer['errors'])}")
        made = {row["objectWriteTraceId"]: str(row["id"]) for row in answer["results"]}
        ids += [made[str(number)] for number in range(len(part))]
    return ids


def track(control_url: str, leads: Sequence[Lead], ids: Sequence[str]) -> None:
    """Write what HubSpot tracks of these leads, by the ids that `load` answered; raises LoadFailed."""
    for lead, contact in zip(leads, ids, strict=True):
        wish = {"id": contact, "properties": dict(lead["tracked"])}
        _post(f"{control_url}/hubspot/tracking", wish, {}, "tracking a contact")


def _post(
    url: str, body: Mapping[str, Any], headers: Mapping[str, str], what: str
) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(  # noqa: S310 - the caller's own vendor address
        url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            raise LoadFailed(error.code, what) from None


def _refused(errors: Sequence[Mapping[str, Any]]) -> str:
    traces = sorted(int(trace) for each in errors for trace in each["context"]["objectWriteTraceId"])
    categories = sorted({str(each["category"]) for each in errors})
    return f"{', '.join(categories)} in rows {', '.join(map(str, traces))} of a batch"


def _lead(random: Random, mark: str, until: datetime) -> dict[str, dict[str, str]]:
    shares = [country[0] for country in COUNTRIES]
    _, country, language, code, number, cities = random.choices(COUNTRIES, shares)[0]
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    account = f"{random.choice(TRADES)} {random.choice(PLACES)}"
    domain = f"{_plain(account)}.example.{random.choice(('com', 'org', 'net'))}"
    form = random.choices(FORMS, [each[0] for each in FORMS])[0]
    return {
        "properties": {
            "email": f"{_plain(first)}.{_plain(last)}.{mark}@{domain}",
            "firstname": first,
            "lastname": f"{last} {random.choice(LAST_NAMES)}",
            "phone": code + re.sub("#", lambda _: str(random.randrange(10)), number),
            "company": account,
            "jobtitle": random.choice(JOBS),
            "industry": random.choice(INDUSTRIES),
            "numemployees": str(random.choice((4, 12, 35, 80, 220, 900))),
            "website": f"https://{domain}",
            "city": random.choice(cities),
            "country": country,
            "hs_language": language,
            "hs_analytics_source": random.choices(
                [name for _, name in SOURCES], [share for share, _ in SOURCES]
            )[0],
            "lifecyclestage": "marketingqualifiedlead" if form[2] else "lead",
        },
        "tracked": dict(_tracked(random, form[1], until, asked=form[2])),
    }


def _tracked(random: Random, form: str, until: datetime, *, asked: bool) -> Iterator[tuple[str, str]]:
    filled = until - DAY * random.random()
    first_visit = filled - timedelta(minutes=random.randrange(5, 30 * 24 * 60))
    sent = first_visit + (filled - first_visit) * random.random()
    views, mails = random.randrange(3, 40), random.randrange(6)
    fills = 1 + (random.random() < 0.3)  # noqa: PLR2004 - the share that had filled one before
    yield "recent_conversion_event_name", form
    yield "recent_conversion_date", _stamp(filled)
    yield "first_conversion_event_name", form if fills == 1 else random.choice(FORMS)[1]
    yield "first_conversion_date", _stamp(filled if fills == 1 else sent)
    yield "num_conversion_events", str(fills)
    yield "num_unique_conversion_events", str(fills)
    yield "hs_analytics_num_page_views", str(views)
    yield "hs_analytics_num_visits", str(max(1, views // random.randrange(2, 6)))
    yield "hs_analytics_first_url", f"https://www.example.com/{random.choice(PAGES)}"
    yield "hs_analytics_last_url", f"https://www.example.com/{random.choice(PAGES)}"
    yield "hs_analytics_first_visit_timestamp", _stamp(first_visit)
    yield "hs_analytics_last_visit_timestamp", _stamp(filled)
    yield "hubspotscore", str(min(100, views + (40 if asked else 0) + 5 * mails))
    if mails:
        opened = random.randrange(mails + 1)
        yield "hs_email_delivered", str(mails)
        yield "hs_email_open", str(opened)
        yield "hs_email_click", str(random.randrange(opened + 1))
        yield "hs_email_last_email_name", random.choice(EMAILS)
        yield "hs_email_last_send_date", _stamp(sent)


def _make_awkward(properties: dict[str, str], how: str) -> None:
    match how:
        case "no company":
            del properties["company"]
        case "no phone":
            del properties["phone"]
        case "emoji":
            properties["firstname"] += " 🚀"
        case "comma and quote":
            properties["company"] = f'"{properties["company"]}", S.L.'
        case "formula":
            properties["company"] = '=HYPERLINK("http://www.example.com/";"Ver")'
        case _:
            properties["phone"] = "llamar por la tarde"


def _plain(text: str) -> str:
    """The text as it can stand in an address."""
    bare = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[^a-z]+", "-", "".join(each for each in bare if not unicodedata.combining(each)))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("UTC")).isoformat(timespec="milliseconds").replace("+00:00", "Z")
