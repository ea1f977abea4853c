"""Templates of field rules: Jinja in a sandbox where only the lead's own fields can be reached.

`{{ lead.first_name }}`, `{{ lead.last_form.name | default("no form") }}`, `{% if lead.budget %}`. Nothing
else is in scope, no attribute of a value can be read, nothing can be called, and only the filters below
are known. A value is never read as a template, whatever it holds.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.filters import FILTERS as ALL_FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mapping.problems import nearest
from mapping.records import Value, Values
from mapping.setting import Setting
from mapping.values import Unfit

FILTERS = frozenset(
    {"abs", "capitalize", "d", "default", "e", "escape", "first", "float", "int", "join", "last", "length"}
    | {"list", "lower", "replace", "round", "sort", "title", "trim", "truncate", "unique", "upper"}
)
"""Jinja's own filters that a template may use, besides our `date`."""
_LONGEST = 4_000
_LONGEST_VALUE = 32_768  # longer than any field that a text is written to
_MOST_VALUES = 1_000

_CALL = "nothing can be called in a template; write a filter"
_SUMS = "numbers are not multiplied or divided in a template"
_FILES = "a template stands alone"
_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Call: _CALL,
    nodes.Macro: _CALL,
    nodes.CallBlock: _CALL,
    nodes.Mul: _SUMS,
    nodes.Pow: _SUMS,
    nodes.Mod: _SUMS,
    nodes.Div: _SUMS,
    nodes.FloorDiv: _SUMS,
    nodes.Include: _FILES,
    nodes.Import: _FILES,
    nodes.FromImport: _FILES,
    nodes.Extends: _FILES,
    nodes.Block: _FILES,
    nodes.Getitem: "fields are written with a dot: lead.first_name",
}


class View:
    """A lead's values, or a part of them (`lead.last_form`), as templates see them."""

    __slots__ = ("_prefix", "_values")

    def __init__(self, values: Values, prefix: str = "") -> None:
        self._values = values
        self._prefix = prefix

    def __str__(self) -> str:
        raise TypeError("a part of a lead is not a text")

    def look_up(self, name: str, parts: frozenset[str]) -> "View | Value":
        """The value or the part of that name; raises KeyError where the lead does not have it."""
        whole = self._prefix + name
        found = self._values.get(whole)
        if found is not None:
            return found
        if whole in parts:
            return View(self._values, f"{whole}.")
        raise KeyError(whole)


class _Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which attributes exist on views alone, and nothing is called."""

    def __init__(self, parts: frozenset[str], setting: "Setting") -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
        self._parts = parts
        self.globals.clear()
        self.filters = {name: ALL_FILTERS[name] for name in FILTERS} | {"date": setting.date}

    def getattr(self, obj: Any, attribute: str) -> Any:
        if not isinstance(obj, View):
            raise SecurityError("only fields of the lead can be read")
        try:
            return obj.look_up(attribute, self._parts)
        except KeyError as error:
            return self.undefined(name=str(error.args[0]))

    def getitem(self, obj: Any, argument: Any) -> NoReturn:
        raise SecurityError(_REFUSED[nodes.Getitem])

    def call(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise SecurityError(_CALL)


class Templates:
    """Compiles templates over the fields of one catalogue."""

    def __init__(self, names: Iterable[str], setting: Setting) -> None:
        self._names = frozenset(names)
        parts = frozenset(name.rpartition(".")[0] for name in self._names if "." in name)
        self._sandbox = _Sandbox(parts, setting)

    def compile(self, text: str) -> "Template":
        """The template of a text; raises ValueError saying what is wrong with it and what to write."""
        if len(text) > _LONGEST:
            raise ValueError(f"a template has at most {_LONGEST} characters")
        try:
            tree = self._sandbox.parse(text)
            compiled = self._sandbox.from_string(tree)
        except TemplateSyntaxError as error:
            raise ValueError(f"line {error.lineno}: {error.message}") from error
        fields = self._check(tree)
        return Template(compiled.render, fields)

    def _check(self, tree: nodes.Template) -> tuple[str, ...]:
        """The fields it reads; refuses at once what would fail for every lead."""
        for node in tree.find_all(nodes.Node):
            if type(node) in _REFUSED:
                raise ValueError(f"line {node.lineno}: {_REFUSED[type(node)]}")
        assigned = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
        for name in tree.find_all(nodes.Name):
            if name.name not in assigned | {"lead"}:
                raise ValueError(
                    f"line {name.lineno}: {name.name!r} is not known; write lead.{name.name} for a field"
                )
        read = {id(node.node) for node in tree.find_all(nodes.Getattr)}
        for name in tree.find_all(nodes.Name):
            if name.name == "lead" and id(name) not in read:
                raise ValueError(f"line {name.lineno}: a lead is no value; write lead.first_name for a field")
        found = list(dict.fromkeys(_paths(tree)))
        for path in found:
            if path not in self._names:
                raise ValueError(f"{path!r} is no field of a lead; {nearest(path, self._names)}")
        return tuple(found)


def read_by(text: str) -> tuple[str, ...]:
    """The fields that a template reads, each once; none where it is no template, which is told when it is compiled."""
    try:
        return tuple(dict.fromkeys(_paths(Environment(autoescape=False).parse(text))))  # noqa: S701 - nothing is rendered
    except TemplateSyntaxError:
        return ()


class Template:
    """A template that is ready to be rendered."""

    __slots__ = ("_render", "fields")

    def __init__(self, render: Any, fields: tuple[str, ...]) -> None:
        self._render = render
        self.fields = fields

    def render(self, values: Values) -> str:
        """The text for these values; raises Unfit naming the field that the lead does not have."""
        for name in self.fields:
            _check_size(name, values.get(name))
        try:
            return str(self._render(lead=View(values)))
        except UndefinedError as error:
            missing = ", ".join(name for name in self.fields if values.get(name) is None)
            raise Unfit("template_missing_field", source=missing) from error
        except (TemplateError, ArithmeticError, TypeError, ValueError, LookupError) as error:
            raise Unfit("template_failed") from error


def _check_size(name: str, value: Value) -> None:
    """Refuses what no field could hold, before a template multiplies it."""
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        raise Unfit("too_long", source=name, length=len(value), limit=_LONGEST_VALUE)
    if isinstance(value, tuple) and len(value) > _MOST_VALUES:
        raise Unfit("too_many_values", source=name, count=len(value), limit=_MOST_VALUES)


def _paths(tree: nodes.Template) -> Iterator[str]:
    """The fields that are read from `lead`, the longest chain of names each."""
    inner: set[int] = set()
    for node in tree.find_all(nodes.Getattr):
        if id(node) in inner:
            continue
        names: list[str] = []
        at: nodes.Node = node
        while isinstance(at, nodes.Getattr):
            inner.add(id(at))
            names.append(at.attr)
            at = at.node
        if isinstance(at, nodes.Name) and at.name == "lead":
            yield ".".join(reversed(names))
