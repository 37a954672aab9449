"""Makes ids for what we record ourselves."""

from __future__ import annotations

import uuid


def new_id(kind: str) -> str:
    """An id that nothing else has, and that says what it is of: `KIND-` and 12 hexadecimal digits."""
    return f"{kind}-{uuid.uuid4().hex[:12]}"
