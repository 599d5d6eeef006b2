"""What the JSON API takes: its path, filters and bodies, checked before anything is done."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.v1.outgoing import Level
from bot.vocabulary import Category, Desk, Status
from storage.casework import paging
from storage.casework.acts import LONGEST
from storage.casework.cases import Reason
from storage.consent.consents import LONGEST as LONGEST_CONSENT
from storage.consent.consents import Scope

Number = Annotated[str, Path(pattern=r"^[A-Z]{2}-[0-9A-Z]{1,9}$", description="As staff see it: NI-4F7K2.")]


class Strict(BaseModel):
    """Extra fields are refused: a misspelt filter must not widen a list."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _clean(text: str) -> str:
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("signs")
    return text


Words = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_clean)]
Code = Annotated[str, Field(max_length=40), AfterValidator(_clean)]


class Asked(Strict):
    """Filters of a list. Without `status`, all that is not closed."""

    status: Status | None = None
    desk: Desk | None = None
    office: Code = ""
    urgency: Level | None = None
    mine: bool = False
    cursor: Annotated[str, Field(max_length=200), AfterValidator(_clean)] = ""
    limit: Annotated[int, Field(ge=1, le=paging.MOST)] = 25


class Said(Strict):
    """A reply to the reporter, or a note for colleagues."""

    text: Words


class StatusSet(Strict):
    """The steps that need no reason."""

    status: Literal[Status.ACKNOWLEDGED, Status.IN_PROGRESS]


class Correcting(Strict):
    """What a report is about and how urgent it is, by a person."""

    category: Category
    urgency: Level


class Closing(Strict):
    """Why a case ends."""

    reason: Reason


class Assigning(Strict):
    """The desk it goes to."""

    office: Code
    desk: Desk


class Referring(Strict):
    """The outside body, and what was asked of it."""

    body: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_clean)]
    text: Annotated[str, Field(max_length=LONGEST), AfterValidator(_clean)] = ""


class Asking(Strict):
    """Who would receive what, for how many days: an office's desk, or a body of the service directory by its id."""

    office: Code = ""
    desk: Desk | None = None
    service: Code = ""
    scope: Scope
    days: Annotated[int, Field(ge=1, le=LONGEST_CONSENT.days)] = 30


class Sharing(Strict):
    """What staff tell the other desk; needed where a summary is all that was agreed to."""

    summary: Annotated[str, Field(max_length=LONGEST), AfterValidator(_clean)] = ""
