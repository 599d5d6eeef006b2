"""What a form adds to the words typed into it: place and wish as sentences, read alike by people and by the machine."""

from collections.abc import Callable

from bot.nlp.gazetteer import Gazetteer
from bot.vocabulary import Locale


def governorates(gazetteer: Gazetteer, locale: Locale) -> list[tuple[str, str]]:
    """The id and name of each governorate, in this language's order of letters."""
    found = [place for place in gazetteer.places.values() if place.level == "governorate"]
    names = {place.id: getattr(place, f"name_{locale.value}") or place.name_ar for place in found}
    return sorted(names.items(), key=lambda pair: pair[1])


def sentences(say: Callable[[str], str], text: str, *, place: str, governorate: str, woman: bool) -> str:
    """The text with a line for the place, when any is told, and one for the wish that a woman reads it.

    say: the words of a key in the language of whoever tells it. place, governorate: as names.
    """
    where = say("said.comma").join(name for name in (place, governorate) if name)
    lines = [text, say("said.place") % {"place": where} if where else "", say("said.woman") if woman else ""]
    return "\n".join(line for line in lines if line)
