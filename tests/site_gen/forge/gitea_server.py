"""Gitea's ways where they differ from GitHub's: pages, statuses, the commit's one pull request."""

import re

from tests.site_gen.forge.github_server import ROOT, GitHubServer
from tests.site_gen.forge.server import Refused


class GiteaServer(GitHubServer):
    """One repository there; every operation has GitHub's shape or is written out here."""

    def __init__(self, *, per_page=100):
        super().__init__(per_page=per_page)
        self.statuses = []

    def check_request(self, method, path, query, body):
        return [f"{path}: per_page is GitHub's"] if "per_page" in query else []

    def check_answer(self, method, path, status, answer):
        return []

    def _page(self, query, path, items, wrap=lambda items: items):
        given = query | {"per_page": query.get("limit", 30)}
        if path.endswith("/comments"):
            return 200, items, {}  # Gitea's list of comments has no pages
        status, shown, more = super()._page(given, path, items, wrap)
        return (
            status,
            shown,
            {key: value.replace("per_page", "limit") for key, value in more.items()},
        )

    def _who(self, headers):
        if headers.get("Authorization") != "token bot-token":
            raise Refused(401, "user does not exist")
        return "bench-bot", {"pulls", "issues"}

    def respond(self, method, path, query, body, headers):
        import json

        login, _ = self._who(headers)
        if match := re.fullmatch(rf"{ROOT}/statuses/(\w+)", path):
            self.statuses.append(json.loads(body) | {"sha": match.group(1)})
            return 201, {"id": 1}, {}
        if match := re.fullmatch(rf"{ROOT}/commits/(\w+)/pull", path):
            for number in self.merged_by.get(match.group(1), ()):
                return self.one_pull(login, query, {}, number)
            raise Refused(404, "pull request does not exist")
        if (method, path) == ("GET", f"{ROOT}/issues"):
            shown = [
                self._issue(one) for one in self.issues if one["author"] == query["created_by"]
            ]
            return self._page(query, path, shown)
        return super().respond(method, path, query, body, headers)
