"""Who hears what: `choosing` an office and a desk, the `ways` up from a place, the `rota` of who is on duty."""

from bot.routing.choosing import AWAY, route
from bot.routing.rota import BAGHDAD, has_somebody, is_open, on_duty
from bot.routing.ways import ancestors, covering, has_oversight, local, women_offices

__all__ = [
    "AWAY",
    "BAGHDAD",
    "ancestors",
    "covering",
    "has_oversight",
    "has_somebody",
    "is_open",
    "local",
    "on_duty",
    "route",
    "women_offices",
]
