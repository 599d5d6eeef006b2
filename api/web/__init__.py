"""The web form at /r: a third door, which works without any script and asks for no name, number or address.

`router(wiring)` holds its routes, `too_large(wiring)` the page for what api.limits refuses. docs/channels.md says what
may truthfully be promised to whoever uses it.
"""

from api.web.forms import LARGEST
from api.web.routes import router, too_large

__all__ = ["LARGEST", "router", "too_large"]
