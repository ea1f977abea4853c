"""Field rules at work: prepared once against the other system's fields, then run for each lead.

Every value is written faithfully or the lead is refused with a reason that names the field; a value is
shortened only where its rule says so, and then with a note.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import TypeAlias

from mapping.catalogue import CATALOGUE
from mapping.fitting import Target, fit_to
from mapping.owners import UNMATCHED, References
from mapping.problems import ConfigurationError, Problem, nearest
from mapping.records import Lead, Value, Values, ValueType
from mapping.rules import BESIDES, Blank, Direction, FieldRule, NoUser, TooLong
from mapping.setting import Setting
from mapping.templates import Templates
from mapping.transforms import TRANSFORMS, Step, Transform, chain, guard
from mapping.values import Context, Unfit, ValueProblem, convert, is_blank


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What a lead becomes in the other system's names.

    `problems` are reasons to refuse it: nothing of it is written. `notes` tell what was shortened.
    """

    values: Values
    problems: tuple[ValueProblem, ...] = ()
    notes: tuple[ValueProblem, ...] = ()


Refer: TypeAlias = Callable[[Value, Value], Value]
_Fill: TypeAlias = Callable[[Values, Context], tuple[Value, ValueProblem | None]]


@dataclass(frozen=True, slots=True)
class Mapper:
    """Rules that are ready to run; made by `prepare_rules`."""

    rules: tuple[FieldRule, ...]
    types: Mapping[str, ValueType]  # of the targets
    country: str | None
    reads: frozenset[str]  # the lead's fields that sources and templates name
    fills: tuple[tuple[str, bool, _Fill], ...]  # target, whether a blank clears it, how it is filled
    zone: tzinfo = UTC  # the company's, in which days begin and end


def map_lead(lead: Lead, mapper: Mapper) -> Mapped:
    """What the rules make of a lead; never raises for a lead, whatever its values hold."""
    besides: dict[str, Value] = {
        "id": lead.id,
        "record_id": lead.record_id,
        "platform": lead.platform,
        "profile_link": lead.profile_link,
    }
    return map_values({**lead.values, **besides}, mapper)


def map_values(values: Values, mapper: Mapper) -> Mapped:
    """What the rules make of these values; never raises for them."""
    country = values.get("country") or mapper.country
    context = Context(country=country if isinstance(country, str) else None, zone=mapper.zone)
    filled: dict[str, Value] = {}
    problems: list[ValueProblem] = []
    notes: list[ValueProblem] = []
    for target, clears, fill in mapper.fills:
        try:
            value, note = fill(values, context)
        except Unfit as error:
            problems.append(error.at(target))
            continue
        if value is not None or clears:
            filled[target] = value
        if note is not None:
            notes.append(note)
    return Mapped(values=MappingProxyType(filled), problems=tuple(problems), notes=tuple(notes))


def prepare_rules(
    rules: Iterable[FieldRule],
    targets: Mapping[str, Target],
    *,
    types: Mapping[str, ValueType] | None = None,
    setting: Setting | None = None,
    transforms: Mapping[str, Transform] = TRANSFORMS,
    direction: Direction = Direction.to_crm,
    country: str | None = None,
    creates: bool = True,
    references: References | None = None,
    key: str = "mapping",
) -> Mapper:
    """Makes the rules of one direction ready against the fields of the system they write to.

    `types` are those of the fields that are read: the lead's, or the CRM's on the way back to marketing.
    `setting` is the company's language and zone, `country` where its phones without a country code are from;
    `creates` says that new records are made by these rules, `references` who is who among both systems' owners.
    Raises ConfigurationError with every problem: a target that is not there (with the nearest one) or
    cannot be written, a template or a transform that will not do, a constant that does not fit, a field
    that a new record needs and no rule fills.
    """
    rules = tuple(rules)
    known = types if types is not None else {name: each.type for name, each in CATALOGUE.items()}
    press = _Press({**known, **BESIDES}, setting or Setting(), transforms, references)
    chosen, fills, problems = [], [], list[Problem]()
    for rule in rules:
        if rule.direction is not direction or (rule.optional and not holds(rule, targets)):
            continue
        try:
            fill = press.fill(rule, _target(rule.target, targets))
        except _Faulty as error:
            problems.append(error.problem.under(f"{key}.{rule.target}"))
            continue
        chosen.append(rule)
        fills.append((rule.target, rule.blank is Blank.clear, fill))
    if direction is Direction.to_crm and creates:
        problems += _unfilled(targets, {rule.target for rule in rules}, key)
    if problems:
        raise ConfigurationError(problems)
    kinds = {rule.target: targets[rule.target].type for rule in chosen}
    return Mapper(tuple(chosen), kinds, country, frozenset(press.reads), tuple(fills), press.setting.zone)


def _unfilled(targets: Mapping[str, Target], filled: Collection[str], key: str) -> list[Problem]:
    """Fields without which the other system creates no record, and that no rule fills."""
    return [
        Problem(
            key=f"{key}.{name}",
            what=f"{name!r} is required over there, and no rule fills it",
            write="write a rule, such as { value = '...' }",
        )
        for name, target in targets.items()
        if target.required and target.writable and name not in filled
    ]


def holds(rule: FieldRule, targets: Mapping[str, Target]) -> bool:
    """Whether the field that an optional rule fills is there and may be written."""
    return rule.target in targets and targets[rule.target].writable


class _Faulty(Exception):
    """A rule that cannot be prepared."""

    def __init__(self, what: str, write: str, key: str = "") -> None:
        super().__init__(what)
        self.problem = Problem(key=key, what=what, write=write)


def _target(name: str, targets: Mapping[str, Target]) -> Target:
    target = targets.get(name)
    if target is None:
        raise _Faulty(f"{name!r} is no field over there", nearest(name, targets))
    if not target.writable:
        raise _Faulty(f"{name!r} cannot be written over there", "grant it, or leave the rule out")
    return target


class _Press:
    """Presses each rule into one closure."""

    def __init__(
        self,
        types: Mapping[str, ValueType],
        setting: Setting,
        transforms: Mapping[str, Transform],
        references: References | None,
    ) -> None:
        self.types = types
        self.setting = setting
        self.transforms = transforms
        self.references = references
        self.templates = Templates(types, setting)
        self.reads: set[str] = set()

    def fill(self, rule: FieldRule, target: Target) -> _Fill:
        for name in rule.sources:
            if name not in self.types:
                raise _Faulty(f"{name!r} is no field over here", nearest(name, self.types), "from")
        self.reads.update(rule.sources)
        refer = self._refer(rule, target)
        origin, change, default = (
            self._origin(rule),
            self._change(rule),
            _default(rule, target, self.setting, refer),
        )
        source = self.types.get(rule.sources[0]) if len(rule.sources) == 1 else None
        typed = change is None and source is target.type
        fit = fit_to(target, rule.target, shortens=rule.too_long is TooLong.shorten, typed=typed)
        required = rule.required or (target.required and rule.default is None)
        refuses = rule.blank is Blank.refuse

        def fill(values: Values, context: Context) -> tuple[Value, ValueProblem | None]:
            if source is ValueType.instant or source is ValueType.date:
                context = Context(country=context.country, zone=context.zone, source=source)
            value = raw = origin(values, context)
            if change is not None:
                value = change(value, context)
            if refer is not None:
                value = refer(value, raw)
            value, note = fit(value, context)
            if value is None:
                value = default
                if value is None and required:
                    raise Unfit("required_missing")
                if value is None and refuses:
                    raise Unfit("blank_refused")
            return value, note

        return fill

    def _refer(self, rule: FieldRule, target: Target) -> Refer | None:
        """How what a rule makes becomes an owner over there; None for a target that holds none."""
        references, lenient = self.references, rule.no_user is NoUser.blank
        if references is None or target.type is not ValueType.owner:
            return None
        owners = [name for name in rule.sources if self.types.get(name) in (ValueType.owner, ValueType.email)]
        source = owners[0] if owners else None

        def refer(value: Value, raw: Value) -> Value:
            try:
                return references.refer(value, raw, source)
            except Unfit as error:
                if lenient and error.code in UNMATCHED:
                    return None
                raise

        return refer

    def _origin(self, rule: FieldRule) -> Callable[[Values, Context], Value]:
        if rule.template is not None:
            return self._from_template(rule)
        if rule.value is not None:
            constant = rule.value
            return lambda _values, _context: constant
        if len(rule.sources) == 1:
            (only,) = rule.sources
            return lambda values, _context: values.get(only)
        return self._from_several(rule)

    def _from_template(self, rule: FieldRule) -> Callable[[Values, Context], Value]:
        try:
            template = self.templates.compile(rule.template or "")
        except ValueError as error:
            raise _Faulty("the template cannot be used", str(error), "template") from error
        self.reads.update(template.fields)
        if rule.default is None:
            return lambda values, _context: template.render(values)

        def render(values: Values, _context: Context) -> Value:
            try:
                return template.render(values)
            except Unfit as error:
                if error.code == "template_missing_field":
                    return None
                raise

        return render

    def _from_several(self, rule: FieldRule) -> Callable[[Values, Context], Value]:
        """The first source that is set, or all that are set where the first transform joins them."""
        sources = tuple((name, self.types.get(name)) for name in rule.sources)

        def present(values: Values, context: Context) -> list[str]:
            found = []
            for name, value_type in sources:
                typed = Context(country=context.country, zone=context.zone, source=value_type)
                text = convert(values.get(name), ValueType.text, typed)
                found += [text] if isinstance(text, str) else []
            return found

        if rule.transforms and rule.transforms[0][0] == "join":
            return lambda values, context: tuple(present(values, context))
        return lambda values, _context: next(
            (values[name] for name, _ in sources if not is_blank(values.get(name))), None
        )

    def _change(self, rule: FieldRule) -> Step | None:
        steps: list[Step] = []
        for name, argument in rule.transforms:
            try:
                step = self.transforms[name](argument, self.setting)
            except ValueError as error:
                raise _Faulty(f"{name} cannot be used so", str(error), "transform") from error
            steps.append(step if name in TRANSFORMS else guard(name, step))
        if rule.table or rule.table_else is not None:
            steps.append(_look_up(rule.table, rule.table_else))
        return chain(tuple(steps)) if steps else None


def _default(rule: FieldRule, target: Target, setting: Setting, refer: Refer | None) -> Value:
    if rule.default is None:
        return None
    try:
        default = rule.default if refer is None else refer(rule.default, None)
        fit = fit_to(target, rule.target, shortens=False)
        return fit(default, Context(zone=setting.zone))[0]
    except Unfit as error:
        what, write = f"the default does not fit ({error.code})", f"write a {target.type}"
        raise _Faulty(what, write, "default") from error


def _look_up(table: Mapping[str, str], otherwise: str | None) -> Step:
    """The value table; without `table_else` a value that it does not name stays as it is."""

    def one(text: str) -> str:
        return table.get(text, text if otherwise is None else otherwise)

    def step(value: Value, context: Context) -> Value:
        if isinstance(value, tuple):
            return tuple(one(each) for each in value)
        text = convert(value, ValueType.text, context)
        assert isinstance(text, str)
        changed = one(text)
        return value if changed == text and not isinstance(value, str) else changed

    return step
