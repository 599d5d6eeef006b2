"""Every list of words that the policy hears by, read before the first message: what is broken shall not start."""

from bot.decide import common, courtesy, leanings, officer, openings, rescue


def load() -> None:
    """Reads them all. Raises OSError, KeyError, ValueError or re.error if they are not as they should be."""
    for each in (common, courtesy, leanings, officer, openings, rescue):
        each.load()
