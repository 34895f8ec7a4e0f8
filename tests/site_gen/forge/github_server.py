"""A server that behaves as GitHub does, as far as it is asked here; no answer is undocumented."""

import json
import re

from tests.site_gen.forge import openapi
from tests.site_gen.forge.server import Refused, Server

REPOSITORY = "acme/aligner"
ROOT = f"/repos/{REPOSITORY}"
BOT = "github-actions[bot]"
WORKFLOW = "workflow"
"""Token of a workflow that may write."""
NO_RIGHT = "Resource not accessible by integration"
TOKENS = {
    WORKFLOW: (BOT, {"pulls", "checks", "issues", "actions"}),
    "read-only": (BOT, set()),
    "person": ("ada", {"pulls", "checks", "issues"}),
}
"""Token -> whom it is of, and what it may write."""


class GitHubServer(Server):
    """One repository with pull requests, comments, checks, issues and artifacts."""

    def __init__(self, *, per_page=100):
        super().__init__()
        self.per_page = per_page
        self.pulls, self.comments, self.checks, self.issues = [], [], [], []
        self.blobs: Server
        self.artifacts = {}
        """(run, name) -> bytes"""
        self.permissions = {"ada": "admin", "guest": "read"}
        """Login -> what it may do."""
        self.workflows = {"soundmark-pull-request.yml"}
        """Files of the default branch that can be started."""
        self.started = []
        """What was sent to start one, with its file."""
        self.merged_by = {}
        """Commit -> numbers of pull requests."""
        self.next_id = 100

    def pull(self, number, sha, *, branch="faster", repository="guest/aligner", state="open"):
        """One more pull request."""
        merged = "2026-03-02T00:00:00Z" if state == "merged" else None
        self.pulls.append(
            {
                "number": number,
                "state": "open" if state == "open" else "closed",
                "merged_at": merged,
                "head": {"sha": sha, "ref": branch, "repo": repository},
                "base": {"ref": "main"},
            }
        )

    def comment(self, number, author, body):
        """One more comment below it; its id."""
        self.next_id += 1
        self.comments.append({"id": self.next_id, "number": number, "author": author, "body": body})
        return self.next_id

    def texts(self, number, author=BOT):
        """What an author said below it."""
        return [
            one["body"]
            for one in self.comments
            if one["number"] == number and one["author"] == author
        ]

    def check_request(self, method, path, query, body):
        return openapi.faults_of_request(method, path, query, body)

    def check_answer(self, method, path, status, answer):
        return openapi.faults_of_answer(method, path, status, answer)

    def respond(self, method, path, query, body, headers):
        login, self.rights = self._who(headers)
        for pattern, handler in _ROUTES:
            match = re.fullmatch(pattern, path)
            if match and handler[0] == method:
                sent = json.loads(body) if body else {}
                return getattr(self, handler[1])(login, query, sent, *match.groups())
        raise Refused(404, "Not Found")

    def _who(self, headers):
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in TOKENS:
            raise Refused(401, "Bad credentials")
        return TOKENS[token]

    def _need(self, right):
        if right not in self.rights:
            raise Refused(403, NO_RIGHT)

    def _page(self, query, path, items, wrap=lambda items: items):
        size = min(int(query.get("per_page", 30)), self.per_page)
        page = int(query.get("page", 1))
        shown = items[(page - 1) * size : page * size]
        more = {}
        if page * size < len(items):
            rest = "&".join(f"{key}={value}" for key, value in query.items() if key != "page")
            following = f"<{self.url}{path}?{rest}&page={page + 1}>"
            more["Link"] = f'{following}; rel="next", {following}; rel="last"'
        return 200, wrap(shown), more

    def _shape(self, method, path, status, given):
        """The documented answer with these fields."""
        schema = openapi.resolved(openapi.schema_of_answer(method, path, status))
        return openapi.sample(schema.get("items", schema), given)

    def user(self, login, query, sent):
        if login == BOT:
            raise Refused(403, NO_RIGHT)
        return 200, self._shape("GET", "/user", 200, {"login": login}), {}

    def _pull(self, one, path):
        name = one["head"]["repo"]
        head = one["head"] | {"repo": {"full_name": name} if name else None}
        return self._shape("GET", path, 200, one | {"head": head})

    def list_pulls(self, login, query, sent):
        path = f"{ROOT}/pulls"
        shown = [one for one in self.pulls if query.get("state") in {"all", one["state"]}]
        return self._page(query, path, [self._pull(one, path) for one in shown])

    def one_pull(self, login, query, sent, number):
        for one in self.pulls:
            if one["number"] == int(number):
                return 200, self._pull(one, f"{ROOT}/pulls/{number}"), {}
        raise Refused(404, "Not Found")

    def pulls_of(self, login, query, sent, sha):
        path = f"{ROOT}/commits/{sha}/pulls"
        shown = [one for one in self.pulls if one["number"] in self.merged_by.get(sha, ())]
        return self._page(query, path, [self._pull(one, path) for one in shown])

    def _comment(self, one):
        given = {
            "id": one["id"],
            "body": one["body"],
            "user": {"login": one["author"]},
            "html_url": f"https://github.example/{one['id']}",
        }
        return self._shape("GET", f"{ROOT}/issues/1/comments", 200, given)

    def list_comments(self, login, query, sent, number):
        shown = [self._comment(one) for one in self.comments if one["number"] == int(number)]
        return self._page(query, f"{ROOT}/issues/{number}/comments", shown)

    def add_comment(self, login, query, sent, number):
        self._need("pulls")
        if len(sent["body"]) > 65_536:
            raise Refused(422, "Validation Failed: body is too long (maximum is 65536 characters)")
        self.comment(int(number), login, sent["body"])
        return 201, self._comment(self.comments[-1]), {}

    def _find(self, items, key, value):
        for one in items:
            if one[key] == int(value):
                return one
        raise Refused(404, "Not Found")

    def edit_comment(self, login, query, sent, number):
        self._need("pulls")
        found = self._find(self.comments, "id", number)
        if found["author"] != login:
            raise Refused(403, NO_RIGHT)
        found["body"] = sent["body"]
        return 200, self._comment(found), {}

    def delete_comment(self, login, query, sent, number):
        self._need("pulls")
        self.comments.remove(self._find(self.comments, "id", number))
        return 204, None, {}

    def permission(self, login, query, sent, user):
        if user not in self.permissions:
            raise Refused(404, f"{user} is not a user")
        path = f"{ROOT}/collaborators/{user}/permission"
        named = self.permissions[user]
        given = {"permission": named, "role_name": named, "user": None}
        return 200, self._shape("GET", path, 200, given), {}

    def start(self, login, query, sent, workflow):
        self._need("actions")
        if workflow not in self.workflows:
            raise Refused(404, "Not Found")
        self.started.append({"workflow": workflow, **sent})
        return 204, None, {}

    def _check(self, one):
        schema = openapi.resolved(openapi.schema_of_answer("POST", f"{ROOT}/check-runs", 201))
        given = {key: one[key] for key in ("id", "name", "head_sha", "conclusion", "external_id")}
        return openapi.sample(schema, given)

    def list_checks(self, login, query, sent, sha):
        shown = [
            self._check(one)
            for one in self.checks
            if one["head_sha"] == sha and one["name"] == query["check_name"]
        ]
        return self._page(
            query, f"{ROOT}/commits/{sha}/check-runs", shown,
            lambda items: {"total_count": len(shown), "check_runs": items},
        )  # fmt: skip

    def add_check(self, login, query, sent):
        self._need("checks")
        self.next_id += 1
        self.checks.append({"id": self.next_id, "external_id": "", **sent})
        return 201, self._check(self.checks[-1]), {}

    def edit_check(self, login, query, sent, number):
        self._need("checks")
        found = self._find(self.checks, "id", number)
        found.update(sent)
        return 200, self._check(found), {}

    def _issue(self, one):
        given = {key: one[key] for key in ("number", "title", "body", "state")}
        user = {"user": {"login": one["author"]}}
        return self._shape("GET", f"{ROOT}/issues", 200, given | user)

    def list_issues(self, login, query, sent):
        shown = [self._issue(one) for one in self.issues if query["labels"] in one["labels"]]
        return self._page(query, f"{ROOT}/issues", shown)

    def add_issue(self, login, query, sent):
        self._need("issues")
        self.next_id += 1
        self.issues.append({"number": self.next_id, "author": login, "state": "open", **sent})
        return 201, self._issue(self.issues[-1]), {}

    def edit_issue(self, login, query, sent, number):
        self._need("issues")
        found = self._find(self.issues, "number", number)
        found.update(sent)
        return 200, self._issue(found), {}

    def list_artifacts(self, login, query, sent, run):
        path = f"{ROOT}/actions/runs/{run}/artifacts"
        schema = openapi.resolved(openapi.schema_of_answer("GET", path, 200))
        items = schema["properties"]["artifacts"]["items"]
        shown = [
            openapi.sample(
                items,
                {"id": number, "name": name, "size_in_bytes": len(data), "expired": False},
            )
            for number, ((of, name), data) in enumerate(self.artifacts.items(), start=1)
            if of == int(run) and name == query.get("name", name)
        ]
        return self._page(
            query, path, shown, lambda items: {"total_count": len(shown), "artifacts": items}
        )

    def download(self, login, query, sent, number):
        run, name = list(self.artifacts)[int(number) - 1]
        return 302, None, {"Location": f"{self.blobs.url}/{run}/{name}"}


class Blobs(Server):
    """Where GitHub keeps artifacts: another host, whose signed addresses take no token."""

    def __init__(self, github):
        super().__init__()
        self.github = github

    def respond(self, method, path, query, body, headers):
        if headers.get("Authorization"):
            raise Refused(400, "a signed address takes no token")
        _, run, name = path.split("/")
        return 200, self.github.artifacts[int(run), name], {"Content-Type": "application/zip"}


_ROUTES = [
    (r"/user", ("GET", "user")),
    (rf"{ROOT}/pulls", ("GET", "list_pulls")),
    (rf"{ROOT}/pulls/(\d+)", ("GET", "one_pull")),
    (rf"{ROOT}/commits/(\w+)/pulls", ("GET", "pulls_of")),
    (rf"{ROOT}/issues/(\d+)/comments", ("GET", "list_comments")),
    (rf"{ROOT}/issues/(\d+)/comments", ("POST", "add_comment")),
    (rf"{ROOT}/issues/comments/(\d+)", ("PATCH", "edit_comment")),
    (rf"{ROOT}/issues/comments/(\d+)", ("DELETE", "delete_comment")),
    (rf"{ROOT}/commits/(\w+)/check-runs", ("GET", "list_checks")),
    (rf"{ROOT}/check-runs", ("POST", "add_check")),
    (rf"{ROOT}/check-runs/(\d+)", ("PATCH", "edit_check")),
    (rf"{ROOT}/issues", ("GET", "list_issues")),
    (rf"{ROOT}/issues", ("POST", "add_issue")),
    (rf"{ROOT}/issues/(\d+)", ("PATCH", "edit_issue")),
    (rf"{ROOT}/actions/runs/(\d+)/artifacts", ("GET", "list_artifacts")),
    (rf"{ROOT}/actions/artifacts/(\d+)/zip", ("GET", "download")),
    (rf"{ROOT}/actions/workflows/([\w.-]+)/dispatches", ("POST", "start")),
    (rf"{ROOT}/collaborators/([\w%\[\].-]+)/permission", ("GET", "permission")),
]
