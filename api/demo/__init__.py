"""The demonstration: invented people and reports, only where nobody outside this machine can reach it."""
