"""Calls to URLs that users set: resolved first, every address looked at, the connection pinned.

No redirect is followed, nothing of the answer but its status is used, and the whole call has a
deadline, however slowly the other side drips.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from api.usecases.webhooks.addresses import complaint_about, is_public, port_of
from api.usecases.webhooks.delivering import Answer

CONNECT_S = 3.0
WHOLE_S = 10.0


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class PinnedSender:
    """Posts to public addresses only. Tests give another `resolve` or `is_allowed`."""

    resolve: Callable[[str, int], Sequence[str]] = resolve
    is_allowed: Callable[[str], bool] = is_public
    whole_s: float = WHOLE_S

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """As `Sender`."""
        complaint = complaint_about(url)
        if complaint is not None:
            return Answer(None, complaint)
        parts = urlsplit(url)
        try:
            addresses = self.resolve(str(parts.hostname), port_of(parts))
            if not addresses or not all(self.is_allowed(each) for each in addresses):
                return Answer(None, "the host is not on the public internet")
            return self._post(parts, addresses[0], headers, body)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            return Answer(None, f"{type(error).__name__}: the call did not come to an answer")

    def _post(
        self, parts: SplitResult, address: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        connection = http.client.HTTPConnection(str(parts.hostname), port_of(parts))
        sock = _connected(parts, address)
        connection.sock = sock  # so that http.client resolves and connects nothing itself
        # Each read has a time of its own, so one that is fed a byte now and then never ends.
        deadline = Timer(self.whole_s, _end, [sock])
        deadline.start()
        try:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, dict(headers))
            return Answer(connection.getresponse().status)
        finally:
            deadline.cancel()
            connection.close()
            sock.close()


def _connected(parts: SplitResult, address: str) -> socket.socket:
    """Connected, and for https wrapped, but its handshake still to be made."""
    plain = socket.create_connection((address, port_of(parts)), timeout=CONNECT_S)
    plain.settimeout(WHOLE_S)
    if parts.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(
        plain, server_hostname=str(parts.hostname), do_handshake_on_connect=False
    )


def _end(sock: socket.socket) -> None:
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
