"""How often the form may be used, without keeping anybody's address: counters in memory, under a key soon thrown away.

One bucket counts everybody together. A second counts each client by a keyed hash of its address; the key is random,
lives an hour in this process alone, and with it go the counters. Behind a proxy or over Tor every client has the same
private address, and then only the first holds. Nobody is refused for good: whoever comes too often is told when.
"""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

_MOST_CLIENTS: Final = 10_000
_KEY_LIFE_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_minute`."""

    per_minute: float
    burst: float


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float

    def wait_s(self, rate: Rate, now: float) -> float:
        """Seconds until one more may; 0 when it may now."""
        self.left = min(rate.burst, self.left + (now - self.at) * rate.per_minute / 60)
        self.at = now
        return max(0.0, (1 - self.left) * 60 / rate.per_minute)


class Throttle:
    """One kind of use. everybody: all clients together. each: one client, where its address is its own."""

    def __init__(self, *, everybody: Rate, each: Rate, entropy: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._everybody, self._each, self._entropy = everybody, each, entropy
        self._whole: _Bucket | None = None
        self._clients: OrderedDict[bytes, _Bucket] = OrderedDict()
        self._key, self._key_until = b"", float("-inf")

    def wait_s(self, address: str, now: float) -> float:
        """Seconds until this client may; 0 when now. Counts nothing. now: any clock that only goes on, in seconds."""
        return max(bucket.wait_s(rate, now) for bucket, rate in self._buckets(address, now))

    def take(self, address: str, now: float) -> float:
        """As `wait_s`, and when it may now, it is counted."""
        wait = self.wait_s(address, now)
        if wait == 0.0:
            for bucket, _ in self._buckets(address, now):
                bucket.left -= 1
        return wait

    def give_back(self, address: str, now: float) -> None:
        """What was taken last does not count."""
        for bucket, _ in self._buckets(address, now):
            bucket.left += 1

    def _buckets(self, address: str, now: float) -> list[tuple[_Bucket, Rate]]:
        self._whole = self._whole or _Bucket(self._everybody.burst, now)
        both = [(self._whole, self._everybody)]
        return [*both, (self._client(address, now), self._each)] if _is_their_own(address) else both

    def _client(self, address: str, now: float) -> _Bucket:
        if now >= self._key_until:
            self._key, self._key_until = self._entropy(32), now + _KEY_LIFE_S
            self._clients.clear()
        name = hmac.digest(self._key, _household(address).encode(), "sha256")[:16]
        bucket = self._clients.setdefault(name, _Bucket(self._each.burst, now))
        self._clients.move_to_end(name)
        if len(self._clients) > _MOST_CLIENTS:
            self._clients.popitem(last=False)
        return bucket


def network(address: str) -> str:
    """What tells whoever comes from there apart from others; "" where the address is a proxy's or this machine's."""
    return _household(address) if _is_their_own(address) else ""


def _household(address: str) -> str:
    """An address as it is counted: of IPv6 the first 64 bits, for whoever has one has all that begin so (RFC 4291)."""
    found = ip_address(address)
    return address if found.version == 4 else str(int(found) >> 64)  # noqa: PLR2004 - the two versions that there are


def _is_their_own(address: str) -> bool:
    """Whether an address is one of the internet's, not this machine's or a proxy's beside it."""
    try:
        return ip_address(address).is_global
    except ValueError:
        return False
