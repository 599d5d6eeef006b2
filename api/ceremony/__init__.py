"""What is done at the terminal with sealed desks: the recovery key, switching a desk on, how far each is, recovering.

A ceremony is held by people in one room: two officers with their halves on paper, and the focal points, who read the
letters of their keys from paper, in their own voices. Nothing secret is an argument of a command; no history keeps it.
"""

from api.ceremony.opening import import_services, open_desk
from api.ceremony.recovering import off, recover, replace_one
from api.ceremony.recovery import NO_RECOVERY, recovery
from api.ceremony.standing import status

__all__ = ["NO_RECOVERY", "import_services", "off", "open_desk", "recover", "recovery", "replace_one", "status"]
