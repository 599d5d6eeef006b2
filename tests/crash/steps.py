"""The command line, sent a signal at a step of its work.

python -m tests.crash.steps SIGNAL FUNCTION STEP VERB …

It is sent at the n-th call, where the interpreter hears signals, after a function of ours began for the first time: so
each moment is the same one on a busy machine and on a quick one. FUNCTION is "held", or "held.held" of held.py alone.
"""

import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any, Final

from api.cli import main
from tests.crash.house import ROOT

_OURS: Final = (f"{ROOT}/api/", f"{ROOT}/storage/")


class _Steps:
    """Counts them, and sends the signal once."""

    def __init__(self, by: int, begins: str, at: int) -> None:
        self._by, self._begins, self._left, self._begun = by, begins, at, False

    def __call__(self, frame: FrameType, event: str, _given: Any) -> None:
        if event not in {"call", "c_return"}:
            return
        code = frame.f_code
        if not self._begun:
            named = {code.co_name, f"{Path(code.co_filename).stem}.{code.co_name}"}
            self._begun = self._begins in named and code.co_filename.startswith(_OURS)
        elif self._left:
            self._left -= 1
            return
        if self._begun and not self._left:
            sys.setprofile(None)
            os.kill(os.getpid(), self._by)


if __name__ == "__main__":
    signal, function, step, *verb = sys.argv[1:]
    sys.argv = ["muntada", *verb]
    sys.setprofile(_Steps(int(signal), function, int(step)))
    main()
