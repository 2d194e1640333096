"""Why a bin is on a route, and why another was left and what would change that."""

from optimiser.explain.here import why_here
from optimiser.explain.left import why_left

__all__ = ["why_here", "why_left"]
