"""A webhook on this computer."""

import json

from tests.site_gen.forge.server import Refused, Server

SECRET = "T0K3Nof0urs"
MESSAGE = {"text": "slower"}


class Hook(Server):
    """Takes messages at one address, and keeps them."""

    def __init__(self):
        super().__init__()
        self.messages = []

    @property
    def address(self):
        return f"{self.url}/services/{SECRET}?token={SECRET}"

    def respond(self, method, path, query, body, headers):
        if (method, path, query) != ("POST", f"/services/{SECRET}", {"token": SECRET}):
            raise Refused(404, "no_service")
        assert headers["Content-Type"] == "application/json"
        self.messages.append(json.loads(body))
        return 200, b"ok", {"Content-Type": "text/plain"}
