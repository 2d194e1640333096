"""What a truck really has on board."""

from optimiser.domain.fleet import DisposalSite, Truck

_NOISE = 1e-6


class Holds:
    """Mass and volume taken up in each compartment of a truck that starts empty."""

    def __init__(self, truck: Truck) -> None:
        self.truck = truck
        self.kg = [0.0] * len(truck.compartments)
        self.litres = [0.0] * len(truck.compartments)

    def copy(self) -> "Holds":
        other = Holds(self.truck)
        other.kg, other.litres = self.kg.copy(), self.litres.copy()
        return other

    @property
    def mass_kg(self) -> float:
        return sum(self.kg)

    def fits(self, fraction: str, kg: float, loose_l: float) -> bool:
        """Whether so much more goes in."""
        number = self.truck.compartment_of(fraction)
        if number is None:
            return False
        hold = self.truck.compartments[number]
        heavy = hold.capacity_kg is not None and self.kg[number] + kg > hold.capacity_kg + _NOISE
        taken_up = self.litres[number] + loose_l / hold.compaction
        return not heavy and (hold.capacity_l is None or taken_up <= hold.capacity_l + _NOISE)

    def put(self, fraction: str, kg: float, loose_l: float) -> None:
        """Take so much on board. Raises ValueError for a fraction that the truck does not take."""
        number = self.truck.compartment_of(fraction)
        if number is None:
            raise ValueError(f"truck {self.truck.id!r} has no compartment for {fraction!r}")
        self.kg[number] += kg
        self.litres[number] += loose_l / self.truck.compartments[number].compaction

    def unload(self, site: DisposalSite) -> None:
        """Empty the compartments all of whose fractions the site takes."""
        for number in self._emptied_at(site):
            self.kg[number] = self.litres[number] = 0.0

    def has_for(self, site: DisposalSite) -> bool:
        """Whether unloading at the site empties anything."""
        return any(
            self.kg[number] > 0 or self.litres[number] > 0 for number in self._emptied_at(site)
        )

    def _emptied_at(self, site: DisposalSite) -> list[int]:
        holds = self.truck.compartments
        return [number for number, hold in enumerate(holds) if hold.fractions <= site.fractions]
