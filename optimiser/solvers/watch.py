"""How much memory a child has, and why it died."""

import resource
import signal
from pathlib import Path


def over_memory(pid: int | None, memory_mb: int) -> bool:
    """Whether a process has more than that in memory; False where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return False
    return pages * resource.getpagesize() > memory_mb * 2**20


def why_it_died(exit_code: int | None) -> tuple[str, str]:
    """Code and text for a child that hung up without an answer."""
    if exit_code is not None and exit_code < 0:
        return "solver_crashed", f"its process was ended by {signal.Signals(-exit_code).name}"
    return "solver_crashed", f"its process ended with status {exit_code} and no answer"
