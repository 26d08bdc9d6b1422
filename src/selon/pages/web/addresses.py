"""Which network addresses may be connected to: public ones only, whatever form they hide in."""

from __future__ import annotations

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# What the ipaddress module of some supported Python versions takes for public and is not, by the special-purpose
# registries of IANA; the last one is public by number but serves the metadata of machines at a cloud provider.
_NOT_PUBLIC = (
    (ipaddress.ip_network("100.64.0.0/10"), "shared by a provider's customers"),
    (ipaddress.ip_network("192.0.0.0/24"), "reserved"),
    (ipaddress.ip_network("192.88.99.0/24"), "reserved"),
    (ipaddress.ip_network("3fff::/20"), "reserved"),
    (ipaddress.ip_network("168.63.129.16/32"), "a metadata service"),
)
# All public IPv6 addresses in use lie here.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Second quarter of the interface half of an ISATAP address (RFC 5214), which ends in an IPv4 address.
_ISATAP = 0x5EFE


def refusal(address: IPAddress) -> str | None:
    """Return why ``address`` is no public one (``loopback``, ``private``, …), or None if it is.

    IPv4 addresses inside IPv6 ones (mapped, 6to4, NAT64, ISATAP) are looked at as well.

    Example:
        >>> refusal(ipaddress.ip_address("::ffff:10.0.0.1"))
        'private'
        >>> refusal(ipaddress.ip_address("9.9.9.9")) is None
        True
    """
    inner = _embedded(address)
    if inner is not None and (reason := refusal(inner)):
        return reason
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address in _NAT64):
        return None
    for name in ("unspecified", "loopback", "link_local", "multicast"):
        if getattr(address, f"is_{name}"):
            return name.replace("_", "-")
    for network, reason in _NOT_PUBLIC:
        if address.version == network.version and address in network:
            return reason
    if address.is_private:
        return "private"
    outside = isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST
    return "reserved" if outside or address.is_reserved or not address.is_global else None


def _embedded(address: IPAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a router would send packets for this IPv6 address to."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    number = int(address)
    if address in _NAT64 or (number >> 32) & 0xFDFFFFFF == _ISATAP:
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    return None
