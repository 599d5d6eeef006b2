"""How long anything stays and how it ends: retention, holds, erasing, the journal of erasures."""
