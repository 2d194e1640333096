"""Where compiled code is kept.

Numba keeps it by the file that a function stands in, and does not see that a function it calls
has changed in another file. So it is kept under a hash of all files here.
"""

import os
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir

VARIABLE = "BINROUNDS_CACHE_DIR"
"""Names the folder of compiled code; without it, one in the user's cache folder."""


def cache_folder() -> Path:
    """The folder for the compiled code of exactly these sources, made if it can be."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    digest = sha256(b"\0".join(each.read_bytes() for each in sources)).hexdigest()
    given = os.environ.get(VARIABLE)
    own = Path(given) if given else _users_cache() / "binrounds"
    shared = Path(gettempdir()) / f"binrounds-{os.getuid() if hasattr(os, 'getuid') else 'cache'}"
    for base in (own, shared):
        folder = base / f"ruin-{digest[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return own


def is_compiled() -> bool:
    """Whether everything has been compiled before."""
    return _mark().exists()


def note_compiled() -> None:
    """Say that everything is compiled."""
    _mark().touch()


def _mark() -> Path:
    return cache_folder() / "complete"


def _users_cache() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return Path(given) if given else Path.home() / ".cache"
