"""Ports for programs that are started later, or again and again."""

import secrets
import socket
from typing import Final

# Below those that the kernel itself hands out, to whoever asks for any or calls somebody: so none is taken meanwhile.
_OURS: Final = range(20_000, 32_000)


def free() -> int:
    """One of 127.0.0.1 that nobody listens on."""
    while True:
        port = secrets.choice(_OURS)
        with socket.socket() as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listening.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
