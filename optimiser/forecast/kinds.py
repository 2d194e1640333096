"""Kinds of bins: what holds the same waste in containers of the same size fills alike."""

from collections.abc import Sequence

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.forecast.arrays import IntArray

SMALL_L, LARGE_L = 300.0, 1500.0
"""Up to 300 l hang litter bins on posts and stand bins of single homes, up to 1,500 l there are
wheels; what is larger is lifted by a crane (general knowledge of the field)."""


def kind_of(each: Bin) -> str:
    """The kind's name: fraction and size of one container, as `paper/large`."""
    container_l = each.volume_l / each.containers
    size = "small" if container_l <= SMALL_L else "mid" if container_l <= LARGE_L else "large"
    # the store keeps 32 characters; fractions that differ only after 26 share a pool
    return f"{each.fraction[:26]}/{size}"


def kind_index(bins: Sequence[Bin]) -> tuple[list[str], IntArray]:
    """The kinds of bins by name, and each bin's row among them, shape (bins,)."""
    names = [kind_of(each) for each in bins]
    kinds = sorted(set(names))
    row = {name: index for index, name in enumerate(kinds)}
    return kinds, np.array([row[name] for name in names], dtype=np.int64)
