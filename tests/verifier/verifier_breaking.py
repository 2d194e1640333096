"""What a break on purpose is: a sentence, a problem and a plan that do not fit, and the codes."""

from collections.abc import Callable
from typing import NamedTuple

from verifier_anchor import PLAN
from verifier_anchor_problem import PROBLEM

from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.verifier import Code


class Broken(NamedTuple):
    """A sentence, what makes the broken pair, and the codes that it must give."""

    sentence: str
    make: Callable[[], tuple[Problem, Plan]]
    codes: set[Code]


def plan(sentence: str, edit: Callable[[Plan], Plan], *codes: Code) -> Broken:
    return Broken(sentence, lambda: (PROBLEM, edit(PLAN)), set(codes))


def problem(sentence: str, edit: Callable[[Problem], Problem], *codes: Code) -> Broken:
    return Broken(sentence, lambda: (edit(PROBLEM), PLAN), set(codes))
