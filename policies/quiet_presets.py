"""When people may be contacted, country by country: data to be edited, each row with its source and date.

The same keys as a company's own `[quiet_hours.<name>]` tables, which win over these. A channel that a row does not
name is free at any hour. Times are the lead's own. No row is legal advice: have counsel read it before relying on
it; whether business contacts are covered differs by country.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

AS_OF = date(2026, 11, 1)
WEEKDAYS_9_TO_18 = {"mon-fri": ["09:00-18:00"]}
SPAIN = {"mon-fri": ["09:00-21:00"]}
COLOMBIA = {"mon-fri": ["07:00-19:00"], "sat": ["08:00-15:00"]}
BRAZIL = {"mon-fri": ["08:00-18:00"]}
UNITED_STATES = {"mon-sun": ["08:00-21:00"]}
FLORIDA = {"mon-sun": ["08:00-20:00"]}

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "ES": {
        "channels": {"phone": SPAIN, "sms": SPAIN, "whatsapp": SPAIN},
        "holidays": True,
        "citation": "TRLGDCU art. 96.2 (hours); LGTel art. 66.1.b and AEPD Circular 1/2023 (consent)",
        "as_of": AS_OF,
    },
    "CO": {
        "channels": {"phone": COLOMBIA, "sms": COLOMBIA, "whatsapp": COLOMBIA, "email": COLOMBIA},
        "holidays": True,
        "citation": "Ley 2300 de 2023 art. 3 (hours) and art. 5 par. 3 (advertising by SMS, app, e-mail and call)",
        "as_of": AS_OF,
    },
    "BR": {
        "channels": {"phone": BRAZIL, "sms": BRAZIL, "whatsapp": BRAZIL},
        "holidays": True,
        "citation": "state laws RJ 7.853/2018 and CE 16.836/2019, the strictest found; no national rule",
        "as_of": AS_OF,
    },
    "MX": {
        "channels": {"phone": WEEKDAYS_9_TO_18, "sms": WEEKDAYS_9_TO_18, "whatsapp": WEEKDAYS_9_TO_18},
        "holidays": False,
        "citation": "no general rule on hours found; office hours as courtesy (REPEP lists apply)",
        "as_of": AS_OF,
    },
    "US": {
        "channels": {"phone": UNITED_STATES, "sms": UNITED_STATES, "whatsapp": UNITED_STATES},
        "holidays": False,
        "citation": "47 CFR 64.1200(c)(1)",
        "as_of": AS_OF,
    },
    "US-FL": {
        "channels": {"phone": FLORIDA, "sms": FLORIDA, "whatsapp": FLORIDA},
        "holidays": False,
        "citation": "Florida Statutes 501.616(6)",
        "as_of": AS_OF,
    },
    "default": {
        "channels": {"phone": WEEKDAYS_9_TO_18, "sms": WEEKDAYS_9_TO_18, "whatsapp": WEEKDAYS_9_TO_18},
        "holidays": False,
        "citation": "no source: office hours as courtesy where no row exists for the country",
        "as_of": AS_OF,
    },
}
