"""The words that everything else is said in: channels, languages, desks, roles, categories, stages."""

from enum import IntEnum, StrEnum


class Channel(StrEnum):
    """How a person is reached. WEBHOOK reaches staff only (alerts), never a reporter."""

    TELEGRAM = "telegram"
    SMS = "sms"
    WEB = "web"
    CONSOLE = "console"
    WEBHOOK = "webhook"


class Locale(StrEnum):
    """A language we answer in."""

    AR = "ar"
    CKB = "ckb"
    EN = "en"


class Stub(StrEnum):
    """A language in which we have a few words only, to say that what they wrote arrived; the rest is said in another.

    KMR: Badini, the Kurmanji of Duhok, in its Arabic letters. AZB: Iraqi Turkmen, which has no code of its own; ISO
    639-3 counts it to South Azerbaijani; in the Latin letters that its schools teach. SYR: Syriac, as its macrolanguage
    is called, because Sureth and its sisters share its letters.
    """

    KMR = "kmr"
    AZB = "azb"
    SYR = "syr"


class Language(StrEnum):
    """A language a person writes in. Codes of ISO 639, the shortest that there is; see Stub for azb and syr."""

    AR = "ar"
    ARABIZI = "arabizi"
    CKB = "ckb"
    KMR = "kmr"
    EN = "en"
    TR = "tr"
    TURKMEN = "azb"
    FA = "fa"
    SYRIAC = "syr"
    UNKNOWN = "und"


class Urgency(IntEnum):
    """How fast a person must act; ordered, so that `max` raises and never lowers."""

    NORMAL = 0
    HIGH = 1
    EMERGENCY = 2


class Explained(StrEnum):
    """Whether a question for consent is the last thing that we said to whoever answers it.

    NO: it was not put to them, or did not arrive. LEAVING: it left, and they may not have read it yet. YES: it arrived
    and nothing of ours came after it. PASSED: something did, so that a bare word may be meant for that.
    """

    NO = "no"
    LEAVING = "leaving"
    YES = "yes"
    PASSED = "passed"


class Desk(StrEnum):
    """An office's queue."""

    GENERAL = "general"
    WOMEN = "women"
    CHILD = "child"
    MEDIATION = "mediation"
    URGENT = "urgent"
    SECURITY = "security"
    OVERSIGHT = "oversight"


SEALED_DESKS = frozenset({Desk.WOMEN, Desk.CHILD})


class OfficeKind(StrEnum):
    """What sort of body an office is. OVERSIGHT offices have no parent: they sit outside every chain."""

    FORUM = "forum"
    GOVERNORATE = "governorate"
    NATIONAL = "national"
    WOMEN = "women"
    OVERSIGHT = "oversight"


class Role(StrEnum):
    """What a person may do where a grant lets them in."""

    COORDINATOR = "coordinator"
    FOCAL_POINT = "focal_point"
    DUTY_OFFICER = "duty_officer"
    MEDIATOR = "mediator"
    POLICE_LIAISON = "police_liaison"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Status(StrEnum):
    """Where a case stands."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    REFERRED = "referred"
    CLOSED = "closed"


class Mode(StrEnum):
    """How little of a reporter may show.

    DISCREET: whoever holds their phone learns nothing from us. PRIVATE: nothing that leads back to them is kept; only
    their code of sixteen digits finds the report again.
    """

    NORMAL = "normal"
    DISCREET = "discreet"
    PRIVATE = "private"


class Stage(StrEnum):
    """What the conversation waits for. IDLE waits for nothing: whatever comes is heard on its own.

    PIN: is this the place that the pin shows? BELONGS: is what was just filed part of the report before it? CONSENT:
    may another body receive what they told? OFFICER: a woman, or any officer? WORD: which word of their own shall open?
    """

    IDLE = "idle"
    PLACE = "place"
    CATEGORY = "category"
    LANGUAGE = "language"
    ERASE = "erase"
    PIN = "pin"
    BELONGS = "belongs"
    CONSENT = "consent"
    OFFICER = "officer"
    WORD = "word"


class Category(StrEnum):
    """The 24 kinds of concern; rules for each are in bot.taxonomy, names in locales/."""

    ELECTRONIC_BLACKMAIL = "electronic_blackmail"
    DOMESTIC_VIOLENCE = "domestic_violence"
    HARASSMENT = "harassment"
    CHILD_PROTECTION = "child_protection"
    MISSING_PERSON = "missing_person"
    KIDNAPPING = "kidnapping"
    THEFT = "theft"
    DRUGS = "drugs"
    ASSAULT = "assault"
    WEAPONS_GUNFIRE = "weapons_gunfire"
    TRIBAL_DISPUTE = "tribal_dispute"
    COMMUNITY_TENSION = "community_tension"
    PROPERTY_DISPUTE = "property_dispute"
    EXPLOSIVE_HAZARD = "explosive_hazard"
    TRAFFIC_SAFETY = "traffic_safety"
    PUBLIC_INFRASTRUCTURE = "public_infrastructure"
    PUBLIC_NUISANCE = "public_nuisance"
    THREATS_EXTORTION = "threats_extortion"
    POLICE_MISCONDUCT = "police_misconduct"
    EXTREMISM = "extremism"
    FIRE_MEDICAL = "fire_medical"
    SELF_HARM = "self_harm"
    HUMAN_TRAFFICKING = "human_trafficking"
    OTHER = "other"


class Flight(StrEnum):
    """Whether somebody left home of her own will. SOUGHT: others look for her. OWN: she says it of herself."""

    NONE = ""
    SOUGHT = "sought"
    OWN = "own"


class Teller(StrEnum):
    """Who writes, where it is known. CHILD: one under 18, of themselves. OTHER: somebody, of what befalls another."""

    NONE = ""
    CHILD = "child"
    OTHER = "other"
