"""What a form is for, by the company's own table, else by the words of its name (es, pt, en)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

from mapping.places import fold
from mapping.problems import ConfigurationError, Problem

KINDS = ("demo", "contact", "price", "trial", "content", "event", "newsletter", "other")
"""The kinds that the default words know; a company may name its own."""

_LONGEST = 500  # a name longer than any vendor's form names is not looked into

_WORDS: dict[str, str] = {  # in this order: asking for material about prices is not asking for a price
    "newsletter": r"newsletter|boletin|boletim|suscri\w+|inscrev\w+|subscri\w+",
    "content": r"e-?books?|guias?|guides?|white ?papers?|plantillas?|templates?|descarg\w+|downloads?|baix\w+"
    r"|checklists?|infografi\w+|infographics?|estudios?|informes?|relatorios?|reports?|case stud\w+",
    "event": r"webinars?|webinarios?|eventos?|events?|talleres|taller|workshops?|congres\w+",
    "demo": r"demos?|demostracion\w*|demonstrac\w+|demonstrations?",
    "price": r"precios?|precos?|prices?|pricing|presupuestos?|orcamentos?|cotiza\w+|cotacao|quotes?|tarifas?",
    "trial": r"trials?|prueba|pruebas|teste gratis|testar|free account|cuenta gratis|conta gratis",
    "contact": r"contact\w*|contat\w+|fale conosco|habla\w*|llama\w*|talk to|call me|reuni\w+|meetings?"
    r"|consulta|asesor\w*|sales|ventas|vendas",
}
_PATTERNS = tuple((kind, re.compile(rf"\b(?:{words})\b")) for kind, words in _WORDS.items())


@dataclass(frozen=True)
class FormKinds:
    """A company's own table, kind by pattern (`*` and `?` stand for any text and any letter), asked first."""

    patterns: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _folded(self) -> tuple[tuple[str, str], ...]:
        return tuple((fold(pattern), kind) for pattern, kind in self.patterns.items())

    def kind_of(self, name: str) -> str:
        """What the form of this name is for; `other` where nothing tells.

        HubSpot writes `page title: form name`: the form's own name is asked before the page's.
        """
        if len(name) > _LONGEST:
            return "other"
        whole = fold(name)
        for pattern, kind in self._folded:
            if fnmatchcase(whole, pattern):
                return kind
        form = whole.rsplit(": ", maxsplit=1)[-1]
        return _by_words(form) or _by_words(whole) or "other"


def _by_words(text: str) -> str | None:
    return next((kind for kind, words in _PATTERNS if words.search(text)), None)


def parse_form_kinds(table: object, key: str) -> FormKinds:
    """The table `demo = ["demo request*", "Pide tu demo"]`; raises ConfigurationError with every problem."""
    if not isinstance(table, Mapping):
        raise ConfigurationError(
            [Problem(key=key, what="this is not a table", write='write demo = ["demo*"] under it')]
        )
    patterns: dict[str, str] = {}
    problems: list[Problem] = []
    for kind, names in table.items():
        if not isinstance(names, list | tuple) or not names or not all(isinstance(n, str) for n in names):
            problems.append(
                Problem(
                    key=f"{key}.{kind}",
                    what="this is not a list of form names",
                    write='write ["demo*", "Pide tu demo"]',
                )
            )
            continue
        problems.extend(
            Problem(
                key=f"{key}.{kind}",
                what=f"{name!r} is also of kind {patterns[name]}",
                write="write it once",
            )
            for name in names
            if patterns.setdefault(name, kind) != kind
        )
    if problems:
        raise ConfigurationError(problems)
    return FormKinds(patterns)
