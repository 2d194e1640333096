"""Where compiled code is kept.

Numba keeps it by the path and the time of change of the file that a function stands in, and does
not see that a function it calls has changed in another file. So it is kept under a hash of where
all files here lie, when they changed, and what they say: what is complete for one checkout, or for
one that was written anew, says nothing of another.
"""

import os
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir

VARIABLE = "BINROUNDS_CACHE_DIR"
"""Names the folder of compiled code; without it, one in the user's cache folder."""


def cache_folder() -> Path:
    """The folder for the compiled code of exactly these sources, made if it can be."""
    digest = signature(Path(__file__).parent)
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


def signature(folder: Path) -> str:
    """A hash of a folder's path, and of its files' names, times of change and contents."""
    seen = sha256(str(folder.resolve()).encode())
    for each in sorted(folder.glob("*.py")):
        seen.update(f"\0{each.name}\0{each.stat().st_mtime_ns}\0".encode())
        seen.update(each.read_bytes())
    return seen.hexdigest()


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
