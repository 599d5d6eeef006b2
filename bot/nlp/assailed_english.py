"""The same as bot.nlp.assailed of English, whose words stand in another order."""

import re
from typing import Final

from bot.vocabulary import Category

_NAMES: Final = (
    r"(?:ex )?(?:husband|wife|father|dad|mother|mum|mom|brothers?|sisters?|sons?|daughters?|uncles?|aunt|cousins?|"
    r"nephews?|nieces?|grandmother|grandma|grandfather|grandpa|stepfather|stepmother|stepbrother|in laws|mother in law|"
    r"father in law|brother in law|family|fiance|boyfriend|ex|kids?|child|children|baby|parents|clan|tribe|relatives)"
)
_THINGS: Final = r"(?:s|car|motorbike|phone|money|bag|house|shop|bike|sheep|gold|laptop|truck|taxi)"
_KIN: Final = re.compile(
    r"\b(?:my|our|her|his) (?:(?:little|big|older|younger|old|own|first|small|eldest|late) ){0,2}"
    rf"{_NAMES}\b(?! {_THINGS}\b)"
)
_DEAR: Final = (
    r"(?:me|us|her|him|(?:my|our|her|his) (?:\w+ )?(?:mother|mum|mom|sisters?|daughters?|sons?|wife|brother|father|dad|"
    r"kids?|child|children|baby|nieces?|aunt))"
)
_STRANGER: Final = (
    r"(?:gunm[ae]n|(?:armed|masked|unknown|strange) (?:\w+ )?(?:men|man|group|people|persons?|guys?|tribe|clan|gang)|"
    r"kidnappers?|strangers?|(?:a|the) gang|militants?|robbers?|thie(?:f|ves)|bandits?|attackers?|"
    r"men with (?:guns|rifles|weapons)|another (?:clan|tribe))"
)
_TOOK: Final = r"(?:took|taken|take|kidnapped|abducted|dragged|grabbed|snatched|pulled|carried)"
_STRUCK: Final = (
    r"(?:stabbed|shot|beat|beaten|hit|strangled|choked|pushed|threw|thrown|burned|burnt|attacked|killed|poisoned|kicked|"
    r"punched|slapped|ran|run over|knocked)"
)
_VICTIM: Final = re.compile(
    r"^(?: (?:and|has|have|had|just|also|now|suddenly|then|he|she|they|who)){0,3} (?:"
    r"(?:is|was|were|are|got|gets|been|has been|have been) (?:\w+ )?(?:stabbed|shot|hit|run over|knocked|beaten|"
    r"attacked|injured|wounded|killed|kidnapped|taken|abducted|unconscious|lying|bleeding|not)\b|"
    r"fell|fallen|collapsed|fainted|passed out|drowned|lies|lying|unconscious|"
    r"had a (?:heart attack|stroke)|has had a|wont|cant|cannot|does not|doesnt|isnt|will not)"
)
_BEFORE: Final = re.compile(rf"(?:{_TOOK}|{_STRUCK}|over)(?: (?!by|with|to|from|of)\w+)? $")
_BEFORE_OTHER: Final = re.compile(rf"(?:{_TOOK}|{_STRUCK}) {_KIN.pattern} and $")
_BESIDE: Final = re.compile(r"(?:front of|next to|near|in|from|at) $")
_SILENT: Final = re.compile(
    r"\b(?:cant|cannot|can not|wont|will not|does not|doesnt|do not|is not|isnt|not|never) (?:\w+ )?"
    r"(?:hear|hearing|answer|answering|move|moving|wake|waking|respond|responding|breathe|breathing|speak|"
    r"speaking|open (?:his|her) eyes)\b|"
    r"\b(?:unconscious|lifeless|passed out)\b"
)
_FELL: Final = re.compile(
    r"\b(?:fell|fallen|collapsed|fainted|drowned|stabbed|shot|unconscious|passed out|lifeless|lying|(?:car|truck|bus|"
    r"lorry|motorbike) (?:\w+ )?(?:hit|ran|struck)|hit|run over|knocked|attacked|beaten|wounded|breath\w*|wake|waking|"
    r"moving)\b"
)
_CARS: Final = re.compile(r"\b(?:car|truck|bus|lorry|taxi|motorbike|run over|ran over)\b")
_ASSAULT: Final = re.compile(rf"\b(?:stabbed|shot|attacked|beaten|knife|{_STRANGER})\b")
_TELEPHONE: Final = re.compile(r"\b(?:phone|calls?|messages?|whatsapp|deaf|listen)\b")
_BY_KIN: Final = re.compile(
    rf"\b(?:stabbed|shot|hit|beaten|attacked|taken|killed|hurt|kidnapped|strangled|pushed|burnt|burned)(?: \w+){{0,2}} "
    rf"by {_KIN.pattern[2:]}|{_KIN.pattern}(?! (?:was|were|is|got|are|been)\b)"
    rf"(?: (?!was|were|is|got)\w+){{0,5}}? (?:{_STRUCK}(?: \w+){{0,2}}? {_DEAR}\b"
    rf"|(?:kidnapped|abducted|dragged|snatched) {_DEAR}\b)"
)
_TOOK_ARMED: Final = re.compile(rf"{_KIN.pattern}(?: (?!{_STRANGER} took)\w+){{0,7}}? {_TOOK} {_DEAR}\b")
_FORCE: Final = re.compile(
    rf"\b(?:guns?|armed|weapons?|knife|rifles?|gunpoint|force|forcibly|pistol|masked|{_STRANGER})\b"
)
_RESCUE: Final = re.compile(r"\b(?:hospital|clinic|doctor|ambulance)\b")
_HONOUR: Final = re.compile(r"\b(?:married him|refused|honou?r|ran away)\b")
_STRANGERS: Final = re.compile(rf"\b{_STRANGER}\b")


def speaks_of_kin(key: str) -> bool:
    """Whether kin are named in English."""
    return _KIN.search(key) is not None


def by_kin(key: str) -> bool:
    """Whether one of kin did it."""
    if _BY_KIN.search(key):
        return True
    taken = _TOOK_ARMED.search(key)
    return taken is not None and _FORCE.search(key) is not None and not (_RESCUE.search(key) or _befell(key))


def befell(key: str) -> Category | None:
    """The kind of what strangers, or nobody, did to kin; None in doubt."""
    return None if _BY_KIN.search(key) or _HONOUR.search(key) else _befell(key)


def gravely(key: str) -> bool:
    """Whether somebody is stabbed, taken by force, or does not answer."""
    taken = re.search(rf"\b{_TOOK}\b", key) is not None and _FORCE.search(key) is not None
    return taken or _SILENT.search(key) is not None or re.search(r"\b(?:stabbed|shot|strangled)\b", key) is not None


def _befell(key: str) -> Category | None:
    spans = [found.span() for found in _KIN.finditer(key)]
    stranger = _STRANGERS.search(key)
    objects = [(start, end) for start, end in spans if _is_object(key, start)]
    for start, end in spans:
        if not ((start, end) in objects or _VICTIM.search(key[end:]) or _BESIDE.search(key[:start])):
            return None
    taken = any(re.search(rf"{_TOOK}(?: \w+)? $|{_TOOK} {_KIN.pattern} and $", key[:start]) for start, _ in objects)
    if stranger and taken and stranger.start() < objects[-1][0]:
        return Category.KIDNAPPING
    if not (_SILENT.search(key) and _FELL.search(key)) or _TELEPHONE.search(key):
        return None
    if _CARS.search(key):
        return Category.TRAFFIC_SAFETY
    return Category.ASSAULT if _ASSAULT.search(key) else Category.FIRE_MEDICAL


def _is_object(key: str, start: int) -> bool:
    before = key[:start]
    return (
        _BEFORE.search(before) is not None
        or re.search(rf"(?:{_TOOK}|{_STRUCK}) {_KIN.pattern} and $", before) is not None
    )
