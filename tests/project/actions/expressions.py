"""Work out `${{ … }}` as GitHub does: contexts, comparisons, the functions that workflows use.

A name or function that is not here is an error, never an empty text: a workflow that needs more
than this is not tested by it.
"""

import json
import re
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<mark>\|\||&&|==|!=|[!().,\[\]]))"
)
IN_TEXT = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
WORDS = {"true": True, "false": False, "null": None}
STATUS = {"success", "failure", "cancelled", "always"}
"""Functions that say how it went so far; a condition without one of them asks for success."""


class Unknown(Exception):  # noqa: N818 - what was met, not what went wrong
    """Something that this evaluator does not know."""


def evaluated(expression: str, contexts: dict[str, Any]) -> Any:
    """The value of one expression, without the braces."""
    return _Reader(expression, contexts).whole()


def text_of(value: Any) -> str:
    """A value as it stands in a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def filled(text: Any, contexts: dict[str, Any]) -> str:
    """A text with the value of each expression in its place."""
    return IN_TEXT.sub(lambda found: text_of(evaluated(found[1], contexts)), text_of(text))


def holds(condition: Any, contexts: dict[str, Any]) -> bool:
    """Whether an `if` is met; without one, whether everything went well so far."""
    plain = text_of(condition).strip()
    whole = IN_TEXT.fullmatch(plain)
    plain = whole[1] if whole else plain
    value = evaluated(plain, contexts) if plain else True
    asks = any(re.search(rf"\b{name}\(", plain) for name in STATUS)
    return bool(value) and (asks or contexts["job"]["status"] == "success")


class _Reader:
    def __init__(self, expression: str, contexts: dict[str, Any]) -> None:
        self.contexts = contexts
        self.expression = expression
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(expression.rstrip()):
            found = TOKEN.match(expression, place)
            if found is None:
                raise Unknown(f"cannot read {expression[place:]!r} of {expression!r}")
            self.tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            place = found.end()
        self.place = 0

    def whole(self) -> Any:
        value = self.either()
        if self.place < len(self.tokens):
            raise Unknown(f"{self.tokens[self.place][1]!r} in {self.expression!r}")
        return value

    def take(self, *marks: str) -> str:
        """The next token if it is one of these marks, else an empty text."""
        if self.place < len(self.tokens):
            kind, text = self.tokens[self.place]
            if kind == "mark" and text in marks:
                self.place += 1
                return text
        return ""

    def need(self, mark: str) -> None:
        if not self.take(mark):
            raise Unknown(f"expected {mark!r} in {self.expression!r}")

    def either(self) -> Any:
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> Any:
        value = self.compared()
        while self.take("&&"):
            other = self.compared()
            value = other if value else value
        return value

    def compared(self) -> Any:
        value = self.single()
        while mark := self.take("==", "!="):
            is_same = _plain(value) == _plain(self.single())
            value = is_same if mark == "==" else not is_same
        return value

    def single(self) -> Any:
        if self.take("!"):
            return not self.single()
        if self.take("("):
            value = self.either()
            self.need(")")
            return value
        kind, text = self.tokens[self.place]
        self.place += 1
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind != "name":
            raise Unknown(f"{text!r} in {self.expression!r}")
        if text in WORDS:
            return WORDS[text]
        return self.called(text) if self.take("(") else self.looked_up(text)

    def looked_up(self, name: str) -> Any:
        if name not in self.contexts:
            raise Unknown(f"the context {name!r} in {self.expression!r}")
        value = self.contexts[name]
        while mark := self.take(".", "["):
            if mark == "[":
                key = self.either()
                self.need("]")
            else:
                _, key = self.tokens[self.place]
                self.place += 1
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def called(self, name: str) -> Any:
        given = []
        while not self.take(")"):
            given.append(self.either())
            self.take(",")
        status = self.contexts["job"]["status"]
        known: dict[str, Any] = {
            "success": lambda: status == "success",
            "failure": lambda: status == "failure",
            "cancelled": lambda: status == "cancelled",
            "always": lambda: True,
            "contains": lambda where, what: what in where,
            "startsWith": lambda text, start: str(text).lower().startswith(str(start).lower()),
            "fromJSON": json.loads,
            "format": lambda text, *values: text.format(*map(text_of, values)),
        }
        if name not in known:
            raise Unknown(f"the function {name!r} in {self.expression!r}")
        return known[name](*given)


def _plain(value: Any) -> Any:
    """As GitHub compares: texts without regard to case, nothing as an empty text."""
    if value is None:
        return ""
    return value.casefold() if isinstance(value, str) else value
