"""Hold requests and answers against GitHub's published description, and make answers of it."""

import json
import re
from functools import cache
from urllib.parse import parse_qsl

from jsonschema import Draft4Validator

from tests.site_gen.forge.reduce_openapi import EXTRACT

WHOLE = json.loads(EXTRACT.read_text(encoding="utf-8"))
SHARED = {401, 403, 404, 410, 422, 429, 500, 502, 503}
"""Refusals that GitHub documents for all operations together, not for each."""


def resolved(node):
    """What a `$ref` stands for."""
    while "$ref" in node:
        _, *steps = node["$ref"].split("/")
        node = WHOLE
        for step in steps:
            node = node[step]
    return node


def nullable(node):
    """OpenAPI's `nullable` as JSON Schema says it."""
    if isinstance(node, list):
        return [nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {key: nullable(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


COMPONENTS = nullable(WHOLE["components"])


def faults(schema, instance, where):
    """What of the instance is not as the schema says, as lines."""
    validator = Draft4Validator({"allOf": [nullable(schema)], "components": COMPONENTS})
    return [
        f"{where}: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validator.iter_errors(instance)
    ]


@cache
def _patterns():
    return [
        (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), path) for path in WHOLE["paths"]
    ]


def operation(method, path):
    """(description, values in the path) of a request, or (None, {})."""
    for pattern, template in _patterns():
        match = pattern.fullmatch(path)
        if match and method.lower() in WHOLE["paths"][template]:
            return WHOLE["paths"][template][method.lower()], match.groupdict()
    return None, {}


def _typed(schema, text):
    """A value of an address as its schema types it."""
    kind = resolved(schema).get("type")
    if kind == "integer":
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    return text


def faults_of_request(method, path, query, body):
    """What of a request is not documented."""
    where = f"{method} {path}"
    described, in_path = operation(method, path)
    if described is None:
        return [f"{where}: no such operation"]
    known = {}
    for parameter in map(resolved, described.get("parameters", [])):
        known[parameter["in"], parameter["name"]] = parameter["schema"]
    given = {("path", name): value for name, value in in_path.items()}
    given |= {("query", name): value for name, value in parse_qsl(query, keep_blank_values=True)}
    found = []
    for key, value in given.items():
        if key not in known:
            found.append(f"{where}: unknown parameter {key}")
        else:
            found += faults(known[key], _typed(known[key], value), f"{where} {key}")
    wanted = described.get("requestBody")
    if wanted is None:
        return found + ([f"{where}: takes no body"] if body else [])
    schema = wanted["content"]["application/json"]["schema"]
    sent = json.loads(body or b"{}")
    unknown = set(sent) - set(_properties(schema))
    return found + faults(schema, sent, where) + [f"{where}: unknown {one}" for one in unknown]


def _properties(schema):
    schema = resolved(schema)
    names = dict(schema.get("properties", {}))
    for part in (*schema.get("oneOf", []), *schema.get("anyOf", []), *schema.get("allOf", [])):
        names |= _properties(part)
    return names


def schema_of_answer(method, path, status):
    """The documented schema of an answer; None where it has no body."""
    described, _ = operation(method, path)
    answer = resolved(described["responses"][str(status)])
    content = answer.get("content", {}).get("application/json")
    return None if content is None else content["schema"]


def faults_of_answer(method, path, status, answer):
    """What of our own server's answer GitHub would never say."""
    described, _ = operation(method, path)
    where = f"{method} {path} -> {status}"
    if described is None or (str(status) not in described["responses"] and status in SHARED):
        return []
    if str(status) not in described["responses"]:
        return [f"{where}: no such answer is documented"]
    schema = schema_of_answer(method, path, status)
    return [] if schema is None else faults(schema, answer, where)


def sample(schema, given=None):
    """The smallest value of a schema, with these fields in it."""
    schema = resolved(schema)
    for part in ("oneOf", "anyOf"):
        if part in schema:
            return sample(schema[part][0], given)
    if "allOf" in schema:
        joined: dict = {}
        for part in schema["allOf"]:
            joined |= sample(part)
        return joined | (given or {})
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        fields = schema.get("properties", {})
        asked = set(schema.get("required", ())) | set(given or ())
        made = {}
        for name in sorted(asked & set(fields)):
            value = (given or {}).get(name)
            is_part = isinstance(value, dict) or (value is None and name not in (given or {}))
            made[name] = sample(fields[name], value) if is_part else value
        return made
    return {"array": [], "integer": 1, "number": 1, "boolean": False, "null": None}.get(
        kind, _text(schema)
    )


def _text(schema):
    if schema.get("format") == "date-time":
        return "2026-03-01T00:00:00Z"
    return "https://example.org/" if schema.get("format") == "uri" else "x"
