"""A small OpenID Connect provider on this machine: discovery and keys over real HTTP, tokens as asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

AUDIENCE = "escalations"


@dataclass
class Provider:
    url: str = ""
    signing: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    published: list[RSAKey | ECKey] = field(default_factory=list)
    calls_itself: str | None = None
    is_away: bool = False
    asked: int = 0
    """How often for the keys."""

    def token(self, *, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        """One that counts, with these claims instead; None leaves a claim out."""
        now = int(time())
        said = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "u-1",
            "iat": now,
            "exp": now + 300,
            "preferred_username": "anna-weber",
            "groups": ["everybody", "support"],
            **claims,
        }
        kept = {name: value for name, value in said.items() if value is not None}
        key = key or self.signing
        head = {"alg": "RS256", "kid": key.kid, **(header or {})}
        return jwt.encode({k: v for k, v in head.items() if v}, kept, key, algorithms=[head["alg"]])

    def answer(self, path: str) -> tuple[int, Any]:
        if self.is_away:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            return 200, {"issuer": self.calls_itself or self.url, "jwks_uri": f"{self.url}/keys"}
        self.asked += 1
        return 200, KeySet(list(self.published)).as_dict(private=False)


@contextmanager
def identity_provider() -> Iterator[Provider]:
    provider = Provider()
    provider.published.append(provider.signing)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = provider.answer(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
