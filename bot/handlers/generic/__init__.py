"""Any gateway of SMS that speaks HTTP, by a map of its fields."""

from bot.handlers.generic.carrier import GenericCarrier
from bot.handlers.generic.fieldmap import FieldMap, FieldMapWrong, load, ready

__all__ = ["FieldMap", "FieldMapWrong", "GenericCarrier", "load", "ready"]
