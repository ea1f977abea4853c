"""Which clock a lead lives by: asked first, else the place, else the phone's country, else the team's zone."""

import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias

import holidays
import phonenumbers

from policies.zones import main_zone, zone_names, zones_by_country

Source: TypeAlias = Literal["explicit", "region", "city", "country", "phone", "team"]

LONGEST_NAME = 200  # characters; Bangkok's full name has 168 in Latin letters
WORLD = "001"  # where phonenumbers sees calling codes of no country, such as +800

# States and islands outside their country's main zone, by ISO 3166-2 code or, for Mexico, by name.
REGION_ZONES = {
    "ES": {"CN": "Atlantic/Canary", "CE": "Africa/Ceuta"},
    "PT": {"20": "Atlantic/Azores", "30": "Atlantic/Madeira"},
    "CL": {"MA": "America/Punta_Arenas", "AI": "America/Coyhaique"},
    "BR": {
        "AC": "America/Rio_Branco",
        "AM": "America/Manaus",
        "MT": "America/Cuiaba",
        "MS": "America/Campo_Grande",
        "RO": "America/Porto_Velho",
        "RR": "America/Boa_Vista",
    },
    "US": {
        **dict.fromkeys(
            ("AL", "AR", "IA", "IL", "KS", "LA", "MN", "MO", "MS", "ND", "NE", "OK", "SD", "TN", "TX", "WI"),
            "America/Chicago",
        ),
        **dict.fromkeys(("CO", "MT", "NM", "UT", "WY"), "America/Denver"),
        **dict.fromkeys(("CA", "NV", "OR", "WA"), "America/Los_Angeles"),
        "AK": "America/Anchorage",
        "AZ": "America/Phoenix",
        "HI": "Pacific/Honolulu",
        "ID": "America/Boise",
    },
    "MX": {
        "baja california": "America/Tijuana",
        "baja california sur": "America/Mazatlan",
        "chihuahua": "America/Chihuahua",
        "nayarit": "America/Mazatlan",
        "quintana roo": "America/Cancun",
        "sinaloa": "America/Mazatlan",
        "sonora": "America/Hermosillo",
        **dict.fromkeys(
            (
                "aguascalientes", "campeche", "chiapas", "ciudad de mexico", "coahuila", "colima", "durango",
                "guanajuato", "guerrero", "hidalgo", "jalisco", "mexico", "michoacan", "morelos", "nuevo leon",
                "oaxaca", "puebla", "queretaro", "san luis potosi", "tabasco", "tamaulipas", "tlaxcala", "veracruz",
                "yucatan", "zacatecas",
            ),
            "America/Mexico_City",
        ),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """A lead's zone, how it was found, and whether that is a guess (then quiet hours shrink)."""

    zone: str
    source: Source
    guessed: bool
    country: str | None = None
    region: str | None = None  # ISO 3166-2 part where known


def locate(
    *,
    team_zone: str,
    explicit: str | None = None,
    country: str | None = None,
    region: str | None = None,
    city: str | None = None,
    phone: str | None = None,
) -> Whereabouts:
    """Find the lead's zone: explicit, region or city, the country's main zone by phone, the team's (case F07).

    A main zone and the team's zone are guesses, except for a stated country that has one zone only. A phone is
    read in international form; what cannot be read counts as absent.
    """
    land = (country or "").upper() or _phone_country(phone)
    code = _region_code(land, region)
    zone, source = _find(land, code, explicit, city, stated=bool(country)) or (team_zone, "team")
    lone = source == "country" and len(zones_by_country().get(land or "", ())) == 1
    return Whereabouts(
        zone=zone,
        source=source,
        guessed=source in {"country", "phone", "team"} and not lone,
        country=land,
        region=code,
    )


def _find(
    country: str | None, region: str | None, explicit: str | None, city: str | None, *, stated: bool
) -> tuple[str, Source] | None:
    if explicit in zone_names():
        assert explicit is not None
        return explicit, "explicit"
    if country is None:
        return None
    main = main_zone(country)
    if region is not None and main is not None:
        return REGION_ZONES.get(country, {}).get(region, main), "region"
    town = _plain(city or "")
    for name in zones_by_country().get(country, ()) if town else ():
        if _plain(name.rpartition("/")[2].replace("_", " ")) == town:
            return name, "city"
    return None if main is None else (main, "country" if stated else "phone")


def _region_code(country: str | None, region: str | None) -> str | None:
    """The region as this module and the holiday library name it; None when it is not one of the country's."""
    if not country or not region:
        return None
    text = _plain(region).removeprefix(f"{country.lower()}-")
    if country == "MX":
        return text if text in REGION_ZONES["MX"] else None
    if country not in holidays.list_supported_countries():
        return None
    kind = type(holidays.country_holidays(country))
    codes = {_plain(code): code for code in kind.subdivisions}
    codes |= {_plain(alias): code for alias, code in getattr(kind, "subdivisions_aliases", {}).items()}
    return codes.get(text)


def _phone_country(phone: str | None) -> str | None:
    if not phone or not phone.strip().startswith("+"):
        return None
    try:
        found = phonenumbers.region_code_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        found = None
    if found in {None, WORLD}:
        return _by_calling_code("".join(filter(str.isdigit, phone)))
    return found


def _by_calling_code(digits: str) -> str | None:
    """The main country of the calling code that `digits` begin with."""
    for length in (1, 2, 3):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length] or 0))
        if regions and regions[0] != WORLD:
            return regions[0]
    return None


def _plain(text: str) -> str:
    """A name as it is compared: without case and accents. What is longer than any name is none."""
    if len(text) > LONGEST_NAME:
        return ""
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
