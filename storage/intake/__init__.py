"""From a kept message to a settled one: reports filed, added to, joined, routed again."""
