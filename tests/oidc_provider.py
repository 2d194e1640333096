"""An identity provider for tests: keys of its own, published over real HTTP, and tokens."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

AUDIENCE = "binrounds"


class FakeProvider:
    """Signs with `signing`; `published` are the keys that it shows, `asked` the paths asked for."""

    def __init__(self, address: str) -> None:
        self.issuer = address
        self.signing: Any = ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})
        self.published: list[Any] = [self.signing]
        self.asked: list[str] = []
        self.broken = False

    def change_keys(self) -> None:
        self.signing = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
        self.published = [self.signing]

    def token(self, now: datetime, *, key: Any = None, **changes: Any) -> str:
        """A token of Anna, a dispatcher, good for an hour; a claim of None is left out."""
        key = key or self.signing
        at = int(now.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": "anna-1",
            "name": "Anna",
            "iat": at,
            "exp": at + 3600,
            "roles": ["dispatcher"],
        } | changes
        algorithm = {"EC": "ES256", "RSA": "RS256", "oct": "HS256"}[key.key_type]
        header = {"alg": algorithm, "kid": key.kid}
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, told, key, algorithms=[algorithm])

    def answer(self, path: str) -> tuple[int, Any]:
        self.asked.append(path)
        if self.broken:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            return 200, {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        shown = [each.as_dict(private=False) for each in self.published]
        return (200, {"keys": shown}) if path == "/keys" else (404, {})


@contextmanager
def running() -> Iterator[FakeProvider]:
    found: list[FakeProvider] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = found[0].answer(self.path)
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.append(FakeProvider(f"http://127.0.0.1:{server.server_port}"))
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield found[0]
    finally:
        server.shutdown()
        server.server_close()
