"""A server that behaves as GitLab's documents say, as far as it is asked here."""

import json
import re

from tests.site_gen.forge.server import Refused, Server

PROJECT = "acme/aligner"
ROOT = "/projects/acme%2Faligner"
FIELDS = {
    "GET /user": set(),
    "GET /merge_requests": {"state", "order_by", "per_page", "page"},
    "GET /merge_requests/N": set(),
    "GET /repository/commits/N/merge_requests": {"state", "per_page", "page"},
    "GET /merge_requests/N/notes": {"sort", "order_by", "per_page", "page"},
    "POST /merge_requests/N/notes": {"body"},
    "PUT /merge_requests/N/notes/N": {"body"},
    "DELETE /merge_requests/N/notes/N": set(),
    "POST /statuses/N": {"state", "name", "description", "target_url"},
    "GET /issues": {"labels", "scope", "per_page", "page"},
    "POST /issues": {"title", "description", "labels"},
    "PUT /issues/N": {"title", "description", "state_event"},
}
"""What each request may have, from GitLab's reference of its REST API."""


class GitLabServer(Server):
    """One project with merge requests, notes, statuses and issues; the token is a bot's."""

    bot = "project_7_bot"

    def __init__(self, *, per_page=100):
        super().__init__()
        self.per_page = per_page
        self.merge_requests, self.notes, self.statuses, self.issues = [], [], {}, []
        self.next_id = 100

    def check_request(self, method, path, query, body):
        name = re.sub(r"/(\d+|[0-9a-f]{40})(?=/|$)", "/N", path.removeprefix(ROOT))
        key = f"{method} {name}"
        sent = (
            set(json.loads(body))
            if body
            else {one.split("=")[0] for one in query.split("&") if one}
        )
        if key not in FIELDS:
            return [f"{key}: no such operation"]
        return [f"{key}: unknown {one}" for one in sent - FIELDS[key]]

    def respond(self, method, path, query, body, headers):
        if headers.get("Authorization") != "Bearer bot-token":
            raise Refused(401, "401 Unauthorized")
        sent = json.loads(body) if body else {}
        for verb, pattern, answer in (
            ("GET", "/user", lambda: self._one({"username": self.bot})),
            ("GET", rf"{ROOT}/merge_requests", lambda: self._page(
                query, path, self.merge_requests)),
            ("GET", rf"{ROOT}/merge_requests/(\d+)", lambda iid: self._one(
                self._find(self.merge_requests, "iid", iid))),
            ("GET", rf"{ROOT}/repository/commits/(\w+)/merge_requests", lambda sha: self._page(
                query, path, [one for one in self.merge_requests if sha in one["commits"]])),
            ("GET", rf"{ROOT}/merge_requests/(\d+)/notes", lambda iid: self._page(
                query, path, [one for one in self.notes if one["of"] == int(iid)])),
            ("POST", rf"{ROOT}/merge_requests/(\d+)/notes", lambda iid: self._note(iid, sent)),
            ("PUT", rf"{ROOT}/merge_requests/\d+/notes/(\d+)", lambda note: self._edit(
                self.notes, "id", note, sent)),
            ("DELETE", rf"{ROOT}/merge_requests/\d+/notes/(\d+)", self._delete),
            ("POST", rf"{ROOT}/statuses/(\w+)", lambda sha: self._status(sha, sent)),
            ("GET", rf"{ROOT}/issues", lambda: self._page(
                query, path, [one for one in self.issues if query["labels"] in one["labels"]])),
            ("POST", rf"{ROOT}/issues", lambda: self._issue(sent)),
            ("PUT", rf"{ROOT}/issues/(\d+)", lambda iid: self._edit_issue(iid, sent)),
        ):  # fmt: skip
            match = re.fullmatch(pattern, path)
            if match and verb == method:
                return answer(*match.groups())
        raise Refused(404, "404 Not Found")

    def _one(self, given, status=200):
        return status, given, {}

    def _page(self, query, path, items):
        size = min(int(query.get("per_page", 20)), self.per_page)
        page = int(query.get("page", 1))
        rest = "&".join(f"{key}={value}" for key, value in query.items() if key != "page")
        following = f'<{self.url}{path}?{rest}&page={page + 1}>; rel="next"'
        more = {"Link": following} if page * size < len(items) else {}
        return 200, items[(page - 1) * size : page * size], more

    def _find(self, items, key, value):
        for one in items:
            if one[key] == int(value):
                return one
        raise Refused(404, "404 Not found")

    def merge_request(self, iid, sha, *, state="opened", commits=()):
        self.merge_requests.append(
            {"iid": iid, "sha": sha, "state": state, "source_branch": "faster",
             "source_project_id": 7, "web_url": f"https://gitlab.example/{iid}",
             "commits": list(commits)}
        )  # fmt: skip

    def note(self, iid, author, body):
        self.next_id += 1
        self.notes.append(
            {"id": self.next_id, "of": int(iid), "body": body, "author": {"username": author}}
        )

    def texts(self, iid):
        return [one["body"] for one in self.notes if one["of"] == iid]

    def _note(self, iid, sent):
        self.note(iid, self.bot, sent["body"])
        return self._one(self.notes[-1], 201)

    def _edit(self, items, key, value, sent):
        found = self._find(items, key, value)
        found.update(sent)
        return self._one(found)

    def _delete(self, note):
        self.notes.remove(self._find(self.notes, "id", note))
        return 204, None, {}

    def _status(self, sha, sent):
        if self.statuses.get(sha, {}).get("state") == sent["state"]:
            raise Refused(400, "Cannot transition status via :success from :success")
        self.statuses[sha] = sent
        return self._one({"id": 1, **sent}, 201)

    def _issue(self, sent):
        self.next_id += 1
        self.issues.append({"iid": self.next_id, "state": "opened", **sent,
                            "author": {"username": self.bot}})  # fmt: skip
        return self._one(self.issues[-1], 201)

    def _edit_issue(self, iid, sent):
        event = sent.pop("state_event")
        return self._edit(
            self.issues, "iid", iid, sent | {"state": "closed" if event == "close" else "opened"}
        )
