"""Writes the lock of the embedded server from jars in the layout of a Maven repository (for maintainers).

mvn dependency:copy-dependencies -Dmdep.useRepositoryLayout=true -DoutputDirectory=jars   # in a POM that names
    # org.neo4j.app:neo4j-server, org.neo4j:neo4j (same version) and org.neo4j.client:neo4j-browser
python -m graph.lock_distribution jars graph/neo4j-VERSION.lock
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path


def lock_lines(repository: Path) -> list[str]:
    """One line `path sha256` per jar, sorted; the path is the one below the repository's root."""
    jars = sorted(repository.rglob("*.jar"))
    return [f"{jar.relative_to(repository).as_posix()} {hashlib.sha256(jar.read_bytes()).hexdigest()}" for jar in jars]


def main() -> None:
    """Write the lock that the two arguments name."""
    if len(sys.argv) != 3:  # noqa: PLR2004  the program's name and two paths
        sys.exit(__doc__)
    repository, lock = map(Path, sys.argv[1:])
    lines = lock_lines(repository)
    if not lines:
        sys.exit(f"{repository} holds no jars in the layout of a Maven repository.")
    lock.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
