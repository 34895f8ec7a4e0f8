"""A server on this computer, of which a test says what it answers."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """An answer other than the usual one."""

    def __init__(self, status, message="", headers=None):
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


class Server:
    """Answers as `respond` says, one request at a time; remembers what it was asked."""

    def __init__(self):
        self.asked = []
        """(method, path) of every request, in order."""
        self.faults = []
        """[how often, method, part of a path, Refused]: what it answers instead."""
        self.before = {}
        """(method, part of a path) -> what happens first, once, as if another job did it."""
        self.mistakes = []
        """What was asked or answered that is not in the documents."""
        self.url = ""
        self.lock = threading.RLock()

    def fail(self, method, part, refused, *, times=1):
        """Answer so, the next times that something like it is asked."""
        self.faults.append([times, method, part, refused])

    def requests(self, method, part=""):
        """How many there were."""
        return sum(one == method and part in path for one, path in self.asked)

    def respond(self, method, path, query, body, headers):
        """(status, answer, headers); raises Refused."""
        raise NotImplementedError

    def check_request(self, method, path, query, body):
        """Lines that say what is wrong with it."""
        return []

    def check_answer(self, method, path, status, answer):
        """Lines that say what is wrong with it."""
        return []

    def answer(self, method, target, body, headers):
        """(status, bytes, headers) of a request."""
        parts = urlsplit(target)
        with self.lock:
            self.asked.append((method, parts.path))
            self.mistakes += self.check_request(method, parts.path, parts.query, body)
        try:
            self._interfere(method, parts.path)  # unlocked: another job may ask in it
            query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
            with self.lock:
                status, said, more = self.respond(method, parts.path, query, body, headers)
        except Refused as refused:
            status, more = refused.status, refused.headers
            said = {"message": refused.message, "documentation_url": "", "status": str(status)}
        if isinstance(said, bytes):
            return status, said, more
        self.mistakes += self.check_answer(method, parts.path, status, said)
        return status, b"" if said is None else json.dumps(said).encode(), more

    def _interfere(self, method, path):
        for key in [key for key in self.before if key[0] == method and key[1] in path]:
            self.before.pop(key)()
        for fault in self.faults:
            if fault[0] > 0 and fault[1] == method and fault[2] in path:
                fault[0] -= 1
                raise fault[3]


@contextmanager
def running(server):
    """The server's address while it runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            status, data, more = server.answer(self.command, self.path, body, self.headers)
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _do  # noqa: N815 - the library's names

        def log_message(self, *_):
            """Say nothing: a failing test says enough."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        server.url = f"http://127.0.0.1:{http.server_port}"
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
