"""Which URLs may be called: those of the public internet, never of the service's own network."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 2000

_SPECIAL_V4 = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments
    IPv4Network("192.88.99.0/24"),  # 6to4 relays: they lead to addresses nobody has looked at
)
_UNICAST = IPv6Network("2000::/3")
"""All that is handed out as global unicast. NAT64 (64:ff9b::/96), mapped and compatible IPv4
addresses, multicast, link-local, site-local and unique local ones lie outside."""
_SPECIAL = (
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address inside
    IPv6Network("3fff::/20"),  # documentation
)


def is_public(address: str) -> bool:
    """Whether an IP address, as text, is one that anybody on the internet could be asked at."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(found) if isinstance(found, IPv4Address) else _is_public_v6(found)


def _is_public_v4(address: IPv4Address) -> bool:
    special = any(address in each for each in _SPECIAL_V4)
    return address.is_global and not (special or address.is_multicast or address.is_reserved)


def _is_public_v6(address: IPv6Address) -> bool:
    special = any(address in each for each in _SPECIAL)
    return address.scope_id is None and address in _UNICAST and address.is_global and not special


def complaint_about(url: str) -> str | None:
    """What is wrong with a webhook's URL, or None. Names are resolved when they are called."""
    if len(url) > LONGEST_URL or not all("!" <= each <= "~" for each in url):
        return f"a URL is at most {LONGEST_URL} visible ASCII characters"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "this is no URL"
    if parts.scheme not in ("https", "http") or not host:
        return "a URL begins with https:// (or http://) and a host"
    if "@" in parts.netloc or parts.fragment:
        return "a URL has no user, password or fragment"
    if _is_address(host) and not is_public(host):
        return "this address is not on the public internet"
    return None


def port_of(parts: SplitResult) -> int:
    """The port, or that of the scheme."""
    return parts.port or {"https": 443, "http": 80}[parts.scheme]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
