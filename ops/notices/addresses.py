"""Where a webhook may go: addresses of the open internet, unless its channel allows its own net."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from ops.notices.channel import Undelivered

Address = IPv4Address | IPv6Address
_TRANSLATED = ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
_GIVEN_OUT = ip_network("2000::/3")  # RFC 4291: what of IPv6 is the open internet, so far
# Not of the open internet either, though Python 3.11 takes them for it.
_KEPT_BACK = (ip_network("192.88.99.0/24"), ip_network("3fff::/20"))  # RFC 7526, RFC 9637


def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Give the addresses of a host; raises ``Undelivered`` if one of them is not public.

    The caller connects to these and does not ask again: a name that answers differently the next
    time leads nowhere else.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Undelivered("host-unknown") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not allow_private and not all(is_public(address) for address in addresses):
        raise Undelivered("address-not-public")
    return addresses


def is_public(text: str) -> bool:
    """Tell whether an address, and each address hidden in it, is one of the open internet.

    >>> is_public("8.8.8.8"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1")
    (True, False, False)
    """
    address = ip_address(text.partition("%")[0])
    return all(_is_open(one) for one in _with_hidden(address))


def _is_open(address: Address) -> bool:
    if not address.is_global or address.is_multicast:
        return False
    if any(address in net for net in _KEPT_BACK):
        return False
    return isinstance(address, IPv4Address) or address in _GIVEN_OUT or address in _TRANSLATED


def _with_hidden(address: Address) -> list[Address]:
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    hidden: list[Address | None] = [address.sixtofour, *(address.teredo or ())]
    if address in _TRANSLATED:
        hidden.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *(one for one in hidden if one is not None)]
