"""The server that fake carriers share leaves nothing behind."""

import gc
import socket
import sys

import pytest

from tests.carriers.http import Answer, Request, Server


async def _answers(_request: Request) -> Answer:
    return Answer(200)


def test_whoever_connects_as_it_ends_leaves_no_socket_to_a_later_test(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", left.append)
    for _ in range(20):
        server = Server(_answers).start()
        port = int(server.url.rpartition(":")[2])
        callers = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        server.close()
        for caller in callers:
            caller.close()
    gc.collect()
    assert left == []
