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

_COUNTED: Final = ("call", "c_return")
_OURS: Final = (f"{ROOT}/api/", f"{ROOT}/storage/")


class _Steps:
    """Counts them, and sends the signal once. Whatever is called is looked at: by its name first, which is quick."""

    def __init__(self, by: int, begins: str, at: int) -> None:
        self._by, self._left, self._begun = by, at, False
        self._file, _, self._name = begins.rpartition(".")

    def __call__(self, frame: FrameType, event: str, _given: Any) -> None:
        if not self._begun:
            self._begun = event == "call" and frame.f_code.co_name == self._name and self._is_in(frame)
        elif event not in _COUNTED:
            return
        elif self._left:
            self._left -= 1
            return
        if self._begun and not self._left:
            sys.setprofile(None)
            os.kill(os.getpid(), self._by)

    def _is_in(self, frame: FrameType) -> bool:
        file = frame.f_code.co_filename
        return file.startswith(_OURS) and self._file in {"", Path(file).stem}


if __name__ == "__main__":
    signal, function, step, *verb = sys.argv[1:]
    sys.argv = ["muntada", *verb]
    sys.setprofile(_Steps(int(signal), function, int(step)))
    main()
