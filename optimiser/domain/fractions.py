"""Kinds of waste: the ten Danish fractions and litter, with their density.

A fraction is any lower-case word; these are the known ones. Densities are those
of loose waste in the container, the middle of the ranges seen in the field:
residual 80-120, food 300-500, paper 16-32 loose in igloos, glass 190-415,
plastic about 20, card 30-89, textiles about 104 kg/m3.
"""

DENSITY_KG_PER_M3: dict[str, float] = {
    "residual": 100.0,
    "food": 400.0,
    "paper": 24.0,
    "card": 60.0,
    "glass": 300.0,
    "metal": 60.0,
    "plastic": 20.0,
    "cartons": 30.0,
    "hazardous": 200.0,
    "textiles": 104.0,
    "litter": 80.0,
}

DEFAULT_DENSITY_KG_PER_M3 = 100.0
"""For a fraction that is not in the table: that of residual waste."""


def mass_kg(fraction: str, volume_l: float) -> float:
    """Mass of loose waste of a fraction."""
    return DENSITY_KG_PER_M3.get(fraction, DEFAULT_DENSITY_KG_PER_M3) * volume_l / 1000
