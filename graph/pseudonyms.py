"""Stands in for the ids of people in what leaves the graph."""

from __future__ import annotations

import hashlib
import hmac

PEOPLE = frozenset({"User", "Creator"})
LENGTH = 20
"""Hexadecimal digits of a pseudonym: 80 bits, so that two of 100 million users share one with a chance of 1 in 200."""


class Pseudonyms:
    """Replaces ids of users and creators by a keyed hash (HMAC-SHA-256, RFC 2104).

    The same salt gives the same pseudonyms, so exports can be joined; without it an id cannot be found by
    hashing guesses. With `salt=None` ids stay as they are, for the owner of the data.
    """

    def __init__(self, salt: bytes | None) -> None:
        self._salt = salt

    def of(self, label: str, key: str) -> str:
        """What stands for the node of this label and id (a tag's or creator's name) outside."""
        if self._salt is None or label not in PEOPLE:
            return key
        return hmac.digest(self._salt, f"{label}\0{key}".encode(), hashlib.sha256).hex()[:LENGTH]
