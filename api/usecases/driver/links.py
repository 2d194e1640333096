"""Where a place opens in a navigation app."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from optimiser.domain.places import GeoPoint


@dataclass(frozen=True)
class Links:
    """`geo` opens the phone's own choice of map (RFC 5870); the others start driving there."""

    geo: str
    google_maps: str
    apple_maps: str


def links_to(place: GeoPoint, name: str = "") -> Links:
    """Addresses of a place; latitude comes first in all of them."""
    at = f"{place.lat:.6f},{place.lon:.6f}"
    label = f"({quote(name, safe='')})" if name else ""
    to_google = {"api": 1, "destination": at, "travelmode": "driving"}
    to_apple = {"daddr": at, "dirflg": "d"}
    return Links(
        geo=f"geo:{at}?q={at}{label}",
        google_maps=f"https://www.google.com/maps/dir/?{urlencode(to_google)}",
        apple_maps=f"https://maps.apple.com/?{urlencode(to_apple)}",
    )
