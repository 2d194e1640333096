"""Sends a request again until it is acknowledged or refused, as a phone or a backend does."""

import time
from threading import Event
from typing import Any

import requests

from benchmarks.faults.clientlog import ClientLog, Entry

AGAIN = {429, 500, 502, 503, 507}
_TIMEOUT_S = 10.0
_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 1.0
_AFTER_THE_END_S = 60.0
"""For so long an open request is still sent again after clients were told to stop."""


class Sender:
    """One client's connection and key; belongs to one thread."""

    def __init__(self, address: str, secret: str, log: ClientLog, stopping: Event) -> None:
        self._address, self.log, self.stopping = address, log, stopping
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {secret}"
        self._give_up: float | None = None

    def send(self, entry: Entry, method: str, path: str, body: Any = None, **headers: str) -> Entry:
        """Into the log, and to the service until it says yes or no, or it is too late."""
        self.log.began(entry)
        while not self._too_late():
            entry.tries += 1
            answer = self._once(method, path, body, headers)
            if answer is not None and answer.status_code not in AGAIN:
                entry.status, entry.answer = answer.status_code, answer.json()
                return entry
            self._pause(answer)
        return entry

    def get(self, path: str) -> Any:
        """The JSON that is there, None if there is none to be had."""
        while not self._too_late():
            answer = self._once("GET", path, None, {})
            if answer is not None and answer.status_code not in AGAIN:
                return answer.json() if answer.status_code == 200 else None
            self._pause(answer)
        return None

    def _once(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> requests.Response | None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            answer = self._session.request(
                method, self._address + path, json=body, headers=named, timeout=_TIMEOUT_S
            )
        except requests.RequestException:
            return None
        if answer.status_code == 500:
            self.log.internal.append(f"{method} {path}: {answer.text[:300]}")
        return answer

    def _pause(self, answer: requests.Response | None) -> None:
        asked = answer.headers.get("Retry-After") if answer is not None else None
        time.sleep(min(float(asked), _LONGEST_PAUSE_S) if asked else _PAUSE_S)

    def _too_late(self) -> bool:
        if self._give_up is None and self.stopping.is_set():
            self._give_up = time.monotonic() + _AFTER_THE_END_S
        return self._give_up is not None and time.monotonic() > self._give_up
