"""The account itself: its ids, zone and how much of the day's calls are used."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.hubspot.call import Call
from sandbox.hubspot.limits import Limits
from sandbox.state import State

DEFAULTS = {
    "hubspot.account_type": "STANDARD",
    "hubspot.company_currency": "EUR",
    "hubspot.data_hosting_location": "na1",
    "hubspot.time_zone": "Europe/Madrid",
    "hubspot.ui_domain": "app.hubspot.com",
}


class Account:
    """Details that follow the settings; the portal id follows the seed."""

    def __init__(self, state: State, limits: Limits) -> None:
        self._state = state
        self._limits = limits
        self.portal_id = 48_000_000 + state.seed

    def details(self, _: Call) -> dict[str, Any]:
        """The account's ids, zone, currency and host of its user interface."""
        zone = str(self._state.settings["hubspot.time_zone"])
        offset = datetime.now(ZoneInfo(zone)).utcoffset()
        milliseconds = int(offset.total_seconds() * 1000) if offset else 0
        minutes = abs(milliseconds) // 60_000
        sign = "-" if milliseconds < 0 else "+"
        return {
            "portalId": self.portal_id,
            "accountType": self._state.settings["hubspot.account_type"],
            "timeZone": zone,
            "companyCurrency": self._state.settings["hubspot.company_currency"],
            "additionalCurrencies": [],
            "utcOffset": f"{sign}{minutes // 60:02}:{minutes % 60:02}",
            "utcOffsetMilliseconds": milliseconds,
            "uiDomain": self._state.settings["hubspot.ui_domain"],
            "dataHostingLocation": self._state.settings["hubspot.data_hosting_location"],
        }

    def daily_usage(self, _: Call) -> dict[str, Any]:
        """How many of the day's calls private apps have used."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        usage = {
            "name": "private-apps-api-calls-daily",
            "usageLimit": self._limits.limit("daily_limit"),
            "currentUsage": self._limits.used_today,
            "collectedAt": now,
            "fetchStatus": "SUCCESS",
            "resetsAt": None,
        }
        return {"results": [usage]}
