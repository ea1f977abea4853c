"""A recursive-descent parser of the declared SOQL grammar; anything else is MALFORMED_QUERY."""

from sandbox.salesforce.errors import Fault
from sandbox.salesforce.soql.grammar import (
    Among,
    Comparison,
    Condition,
    Every,
    Like,
    Not,
    Operator,
    Order,
    Path,
    Select,
    SemiJoin,
    Some,
    Value,
)
from sandbox.salesforce.soql.tokens import Token, malformed, read_tokens, unquote

_OPERATORS: dict[str, Operator] = {
    "=": "=",
    "!=": "!=",
    "<>": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
_LONGEST = 100_000
_DEEPEST = 5


def parse(query: str) -> Select:
    """The tree of a query; raises MALFORMED_QUERY with the place of the first thing not understood."""
    if len(query) > _LONGEST:
        raise Fault("QUERY_TOO_COMPLICATED", f"SOQL statements are limited to {_LONGEST} characters")
    parser = _Parser(query)
    select = parser.read_select()
    parser.expect_end()
    return select


class _Parser:
    def __init__(self, query: str) -> None:
        self._query = query
        self._tokens = read_tokens(query)
        self._at = 0
        self._joined = False

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _refusal(self, token: Token) -> Fault:
        what = f"unexpected token: '{token.text}'" if token.kind != "end" else "unexpected token: <EOF>"
        return malformed(self._query, token.place, what)

    def _word(self, word: str) -> None:
        token = self._take()
        if not token.is_word(word):
            raise self._refusal(token)

    def _sign(self, sign: str) -> None:
        token = self._take()
        if token.kind != "sign" or token.text != sign:
            raise self._refusal(token)

    def _skip_sign(self, sign: str) -> bool:
        found = self._next.kind == "sign" and self._next.text == sign
        self._at += found
        return found

    def _skip_word(self, *words: str) -> str | None:
        return self._take().text.upper() if self._next.is_word(*words) else None

    def expect_end(self) -> None:
        if self._next.kind != "end":
            raise self._refusal(self._next)

    def read_select(self, *, inner: bool = False) -> Select:
        self._word("SELECT")
        fields = self._read_fields()
        self._word("FROM")
        entity = self._take()
        if entity.kind != "word" or "." in entity.text or (inner and not fields):
            raise self._refusal(entity)
        where = self._read_conditions() if self._skip_word("WHERE") else None
        order = self._read_order() if not inner and self._skip_word("ORDER") else ()
        limit = self._read_limit() if not inner and self._skip_word("LIMIT") else None
        return Select(fields, entity.text, entity.place, where, order, limit)

    def _read_fields(self) -> tuple[Path, ...]:
        if self._next.is_word("COUNT") and self._tokens[self._at + 1].text == "(":
            self._at += 1
            self._sign("(")
            self._sign(")")
            return ()
        paths = [self._read_path()]
        while self._skip_sign(","):
            paths.append(self._read_path())
        return tuple(paths)

    def _read_path(self) -> Path:
        token = self._take()
        names = tuple(token.text.split("."))
        if token.kind != "word" or token.is_word("FROM", "SELECT", "WHERE") or len(names) > _DEEPEST + 1:
            raise self._refusal(token)
        return Path(names, token.place)

    def _read_conditions(self) -> Condition:
        if self._skip_word("NOT"):
            return Not(self._read_simple())
        conditions = [self._read_simple()]
        word = self._skip_word("AND", "OR")
        if word is None:
            return conditions[0]
        conditions.append(self._read_simple())
        while self._skip_word(word):
            conditions.append(self._read_simple())
        if self._next.is_word("AND", "OR"):  # SOQL does not rank them: it wants parentheses
            raise self._refusal(self._next)
        return Every(tuple(conditions)) if word == "AND" else Some(tuple(conditions))

    def _read_simple(self) -> Condition:
        if self._skip_sign("("):
            inside = self._read_conditions()
            self._sign(")")
            return inside
        return self._read_comparison(self._read_path())

    def _read_comparison(self, path: Path) -> Condition:
        token = self._take()
        if token.kind == "sign" and token.text in _OPERATORS:
            return Comparison(path, _OPERATORS[token.text], self._read_literal())
        if token.is_word("LIKE"):
            return Like(path, self._read_literal())
        if token.is_word("IN"):
            return self._read_among(path, negated=False)
        if token.is_word("NOT"):
            self._word("IN")
            return self._read_among(path, negated=True)
        raise self._refusal(token)

    def _read_among(self, path: Path, *, negated: bool) -> Condition:
        self._sign("(")
        if self._next.is_word("SELECT"):
            if self._joined:
                raise self._refusal(self._next)
            self._joined = True
            query = self.read_select(inner=True)
            self._sign(")")
            return SemiJoin(path, query, negated)
        values = [self._read_literal()]
        while self._skip_sign(","):
            values.append(self._read_literal())
        self._sign(")")
        return Among(path, tuple(values), negated)

    def _read_literal(self) -> Value:
        token = self._take()
        match token.kind:
            case "string":
                text = unquote(self._query, token)
                return Value("string", text, unquote(self._query, token, like=True), token.place)
            case "number":
                return Value("number", float(token.text), "", token.place)
            case "date":
                return Value("date", token.text, "", token.place)
            case "datetime":
                return Value("datetime", token.text, "", token.place)
            case _ if token.is_word("TRUE", "FALSE"):
                return Value("boolean", token.is_word("TRUE"), "", token.place)
            case _ if token.is_word("NULL"):
                return Value("null", None, "", token.place)
            case _:
                raise self._refusal(token)

    def _read_order(self) -> tuple[Order, ...]:
        self._word("BY")
        order = [self._read_order_field()]
        while self._skip_sign(","):
            order.append(self._read_order_field())
        return tuple(order)

    def _read_order_field(self) -> Order:
        path = self._read_path()
        descending = self._skip_word("ASC", "DESC") == "DESC"
        last = False
        if self._skip_word("NULLS"):
            token = self._take()
            if not token.is_word("FIRST", "LAST"):
                raise self._refusal(token)
            last = token.is_word("LAST")
        return Order(path, descending, last)

    def _read_limit(self) -> int:
        token = self._take()
        if token.kind != "number" or not token.text.isdigit():
            raise self._refusal(token)
        return int(token.text)
