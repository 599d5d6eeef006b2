"""A mobile network (an SMSC of npm's smpp) and Kannel between it and us, all on 127.0.0.1."""

import contextlib
import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import ports
from tests.carriers.kannel import PASSWORD, SECRET, USER
from tests.peers.sms.programs import Npm, needed, running

_SMSC = Path(__file__).with_name("smsc.js")
_KANNEL = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = made-up
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
store-type = spool
store-location = {spool}
sms-combine-concatenated-mo-timeout = 4
log-level = 3

group = smsc
smsc = smpp
smsc-id = zain
host = 127.0.0.1
port = {smsc}
transceiver-mode = true
smsc-username = kannel
smsc-password = made-up
system-type = ""
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
http-request-retry = 1000
http-queue-delay = 1
log-level = 3

group = sendsms-user
username = {user}
password = {password}
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
max-messages = 0
send-sender = true
post-url = "{door}"
"""
_FIELDS = "to=%P&coding=%c&charset=%C&id=%I&smsc=%i&time=%T&udh=%u"


class Smsc:
    """The network's side: what people send to our number, and what we send to people."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def say(self, sender: str, text: str, *, udh: str = "", to: str = "4444") -> None:
        """Someone sends an SMS, or with a user data header a part of one; Kannel has taken it when this returns."""
        fields = {"source_addr": sender, "source_addr_ton": 1, "destination_addr": to, "data_coding": 8}
        if udh:
            fields["esm_class"] = 0x40
        self._tell(deliver={**fields, "udh": udh, "message": text.encode("utf-16-be").hex()})
        assert self.heard("delivered") == 0

    def report(self, id: str, state: str = "DELIVRD") -> None:
        """The network tells what became of a message."""
        self._tell(report=id, state=state)
        assert self.heard("delivered") == 0

    def submitted(self, to: str) -> dict[str, Any]:
        """The next message of ours that reached the network for this number."""
        while True:
            found: dict[str, Any] = self.heard("submitted")
            if found["to"] == to.removeprefix("+"):
                return found

    def heard(self, what: str) -> Any:
        """The next of these events; those before it are forgotten."""
        while True:
            event = self._told.get(timeout=30)
            if what in event:
                return event[what]

    def _tell(self, **what: object) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(what) + "\n")
        self._program.stdin.flush()

    def _listen(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            self._told.put(json.loads(line))


@dataclass(frozen=True, slots=True)
class Network:
    """Both programs, running. sendsms: the port that KANNEL_URL names."""

    smsc: Smsc
    sendsms: int


@contextlib.contextmanager
def network(npm: Npm, folder: Path, door: str) -> Iterator[Network]:
    """The network and Kannel. door: the address of our application, as Kannel reaches it."""
    bearerbox, smsbox = needed("bearerbox", "kannel"), needed("smsbox", "kannel")
    admin, boxes, smsc, sendsms = (ports.free() for _ in range(4))
    (folder / "spool").mkdir()
    conf = folder / "kannel.conf"
    scheme, _, host = door.partition("://")
    conf.write_text(
        _KANNEL.format(
            admin=admin, boxes=boxes, smsc=smsc, sendsms=sendsms, spool=folder / "spool", user=USER, password=PASSWORD,
            door=f"{scheme}://muntada:{SECRET}@{host}/hooks/sms/kannel?{_FIELDS}",
        )
    )  # fmt: skip
    with contextlib.ExitStack() as programs:
        command = ["node", str(_SMSC), str(smsc)]
        node = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=npm.environment
        )  # what it writes to standard error is ours to see
        programs.callback(_end, node)
        side = Smsc(node)
        side.heard("listening")
        programs.enter_context(running([bearerbox, "-v", "3", str(conf)], folder / "bearerbox.log", ready=boxes))
        programs.enter_context(running([smsbox, "-v", "3", str(conf)], folder / "smsbox.log", ready=sendsms))
        side.heard("bound")
        yield Network(side, sendsms)


def _end(program: subprocess.Popen[str]) -> None:
    program.terminate()
    program.wait(10)
    for stream in (program.stdin, program.stdout):
        if stream:
            stream.close()
