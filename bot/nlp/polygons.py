"""Which governorate a point lies in, and how far two points are apart."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from bot.vocabulary import Point

_KM_PER_DEGREE: Final = 111.2


@dataclass(frozen=True, slots=True)
class Shape:
    """A governorate's outline: `rings` of (lon, lat), the outer and any holes, with the box that holds them."""

    governorate: str
    rings: tuple[tuple[tuple[float, float], ...], ...]
    west: float
    south: float
    east: float
    north: float


def load(path: Path) -> tuple[Shape, ...]:
    """Reads a GeoJSON of Polygons or MultiPolygons whose property `iso` is the governorate's code."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return tuple(_shape(feature) for feature in features)


def _shape(feature: Mapping[str, Any]) -> Shape:
    geometry = feature["geometry"]
    coordinates = geometry["coordinates"]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    rings = tuple(tuple((lon, lat) for lon, lat, *_ in ring) for polygon in polygons for ring in polygon)
    lons = [lon for ring in rings for lon, _ in ring]
    lats = [lat for ring in rings for _, lat in ring]
    code = str(feature["properties"]["iso"])
    return Shape(code, rings, min(lons), min(lats), max(lons), max(lats))


def governorate(shapes: Sequence[Shape], point: Point) -> str:
    """The code of the governorate that holds the point, "" when none does."""
    for shape in shapes:
        boxed = shape.west <= point.lon <= shape.east and shape.south <= point.lat <= shape.north
        if boxed and _inside(shape, point):
            return shape.governorate
    return ""


def _inside(shape: Shape, point: Point) -> bool:
    """Even-odd rule over all rings: each edge that a line eastward crosses turns the answer round."""
    inside = False
    for ring in shape.rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > point.lat) != (y2 > point.lat) and point.lon < x1 + (point.lat - y1) * (x2 - x1) / (y2 - y1):
                inside = not inside
    return inside


def kilometres(a: Point, b: Point) -> float:
    """Distance of two points in km; flat-earth, right to a percent within Iraq."""
    east = (a.lon - b.lon) * math.cos(math.radians((a.lat + b.lat) / 2))
    return math.hypot(east, a.lat - b.lat) * _KM_PER_DEGREE
