"""What a truck really carries after each step, whatever the plan says."""

from collections.abc import Iterable
from typing import NamedTuple

from optimiser.domain.fleet import DisposalSite, Truck
from optimiser.domain.problem import Visit


class Hold(NamedTuple):
    """What one compartment holds: mass, and volume taken up after compaction."""

    mass_kg: float = 0.0
    volume_l: float = 0.0


Cargo = tuple[Hold, ...]
"""One hold a compartment."""


def follow(truck: Truck, done: Iterable[tuple[Visit | None, DisposalSite | None]]) -> list[Cargo]:
    """The cargo after each step, from what is on board at first. A visit that no compartment
    takes changes nothing.
    """
    hold_of = {
        fraction: number
        for number, compartment in enumerate(truck.compartments)
        for fraction in compartment.fractions
    }
    cargo, after = at_first(truck), []
    for visit, site in done:
        if visit is not None and visit.fraction in hold_of:
            number = hold_of[visit.fraction]
            taken_l = visit.volume_l / truck.compartments[number].compaction
            before = cargo[number]
            cargo[number] = Hold(before.mass_kg + visit.mass_kg, before.volume_l + taken_l)
        if site is not None:
            for number in taken_by(truck, site):
                cargo[number] = Hold()
        after.append(tuple(cargo))
    return after


def at_first(truck: Truck) -> list[Hold]:
    """What is on board where a route starts: nothing, unless the truck is under way."""
    if truck.present is None:
        return [Hold() for _ in truck.compartments]
    return [Hold(each.mass_kg, each.volume_l) for each in truck.present.load]


def taken_by(truck: Truck, site: DisposalSite) -> list[int]:
    """The compartments that can be emptied at a site: it takes all of their fractions."""
    return [
        number
        for number, compartment in enumerate(truck.compartments)
        if not compartment.fractions - site.fractions
    ]
