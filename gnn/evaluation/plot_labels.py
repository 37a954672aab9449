"""Where to write the names of dots so that they hide neither dots nor each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CHARACTER = 6.8
"""Usual width of a character of a label, in pixels."""
HEIGHT = 14.0
BESIDE = 9.0
RADIUS = 6.0
SHIFTS = (0.0, -HEIGHT, HEIGHT, -2 * HEIGHT, 2 * HEIGHT, -3 * HEIGHT, 3 * HEIGHT)
"""How far above or below its dot a label may be, the best first."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, in pixels from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether they have more than an edge in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def inside(self, other: Box) -> bool:
        """Whether it sticks out nowhere."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


def place_labels(names: Sequence[str], dots: Sequence[tuple[float, float]], page: Box) -> list[Box]:
    """A box for each name beside its dot, at the right where there is room; on others only where none is left."""
    taken = [Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in dots]
    placed = []
    for name, (x, y) in zip(names, dots, strict=True):
        choices = [box for shift in SHIFTS for box in _beside(CHARACTER * len(name), x, y + shift)]
        free = (box for box in choices if box.inside(page) and not any(box.overlaps(other) for other in taken))
        box = next(free, choices[0])
        placed.append(box)
        taken.append(box)
    return placed


def _beside(width: float, x: float, y: float) -> tuple[Box, Box]:
    top, bottom = y - HEIGHT / 2, y + HEIGHT / 2
    return Box(x + BESIDE, top, x + BESIDE + width, bottom), Box(x - BESIDE - width, top, x - BESIDE, bottom)
