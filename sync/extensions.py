"""What other packages add: transforms of field rules, by the entry point `acuerdo.transforms`."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import NoReturn, cast

from mapping.setting import Setting
from mapping.transforms import TRANSFORMS, Transform

GROUP = "acuerdo.transforms"


@cache
def transforms() -> Mapping[str, Transform]:
    """Our transforms and those of other packages, by name; ours where both have one of a name.

    One that cannot be loaded says so where a rule uses it, and stops nobody else.
    """
    return {each.name: _load(each) for each in entry_points(group=GROUP)} | dict(TRANSFORMS)


def _load(entry: EntryPoint) -> Transform:
    try:
        made: object = entry.load()
    except Exception as error:  # noqa: BLE001 - another package's import may raise anything
        return _broken(f"{entry.value} cannot be loaded ({type(error).__name__}): mend it")
    return cast("Transform", made) if callable(made) else _broken(f"{entry.value} is not callable: mend it")


def _broken(fault: str) -> Transform:
    def refuse(_argument: str | None, _setting: Setting) -> NoReturn:
        raise ValueError(fault)

    return refuse
