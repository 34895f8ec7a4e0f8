"""Reduce GitHub's published OpenAPI description to the operations that are used here.

    npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
    python -m tests.site_gen.forge.reduce_openapi package/generated/api.github.com.json

It writes ``github.openapi.json`` beside itself: schemas without descriptions and examples, and the
hash of the file they come from.
"""

import hashlib
import json
import sys
from pathlib import Path

EXTRACT = Path(__file__).with_name("github.openapi.json")
OPERATIONS = {
    "/user": ["get"],
    "/repos/{owner}/{repo}/pulls": ["get"],
    "/repos/{owner}/{repo}/pulls/{pull_number}": ["get"],
    "/repos/{owner}/{repo}/commits/{commit_sha}/pulls": ["get"],
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": ["get", "post"],
    "/repos/{owner}/{repo}/issues/comments/{comment_id}": ["patch", "delete"],
    "/repos/{owner}/{repo}/commits/{ref}/check-runs": ["get"],
    "/repos/{owner}/{repo}/check-runs": ["post"],
    "/repos/{owner}/{repo}/check-runs/{check_run_id}": ["patch"],
    "/repos/{owner}/{repo}/issues": ["get", "post"],
    "/repos/{owner}/{repo}/issues/{issue_number}": ["patch"],
    "/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts": ["get"],
    "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}": ["get"],
    "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches": ["post"],
    "/repos/{owner}/{repo}/collaborators/{username}/permission": ["get"],
}
PROSE = {"description", "example", "examples", "externalDocs", "summary", "title", "tags"}


def plain(node, *, names=False):
    """The node without prose; where `names` holds, keys are names of the API's own."""
    if isinstance(node, list):
        return [plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: value
        for key, value in node.items()
        if names or (key not in PROSE and not key.startswith("x-"))
    }
    own = {"properties", "schemas", "parameters", "responses", "headers", "patternProperties"}
    return {
        key: plain(value, names=key in own and isinstance(value, dict))
        for key, value in kept.items()
    }


def references(node):
    """Every `$ref` below the node."""
    if isinstance(node, list):
        for one in node:
            yield from references(one)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)


def reduced(whole):
    """The operations and what they refer to, directly or through others."""
    paths = {
        path: {method: plain(whole["paths"][path][method]) for method in methods}
        for path, methods in OPERATIONS.items()
    }
    components: dict[str, dict] = {}
    waiting = list(references(paths))
    while waiting:
        _, _, room, name = waiting.pop().split("/")
        if name in components.setdefault(room, {}):
            continue
        components[room][name] = plain(whole["components"][room][name])
        waiting += references(components[room][name])
    return {"paths": paths, "components": components}


def digest(extract):
    """Hash of what the extract says, without where it comes from."""
    said = {key: value for key, value in extract.items() if key != "source"}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def main(file):
    data = Path(file).read_bytes()
    whole = json.loads(data)
    extract = {"openapi": whole["openapi"], **reduced(whole)}
    source = {
        "package": f"@octokit/openapi@{whole['info']['version']}",
        "license": "MIT",
        "file": Path(file).name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "extract_sha256": digest(extract),
    }
    text = json.dumps({"source": source, **extract}, sort_keys=True, separators=(",", ":"))
    EXTRACT.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
