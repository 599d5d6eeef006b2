"""How a sealed desk comes to have people, and how that changes: ceremony, offers, grants, removals, unlocking."""
