"""What a training was made with: versions of Python and packages, and of our own code."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess
from functools import cache
from pathlib import Path

from gnn.learn import PACKAGES

DISTRIBUTIONS = {
    "torch": "torch",
    "torch_geometric": "torch-geometric",
    "lightfm": "lightfm-next",
    "implicit": "implicit",
    "sklearn": "scikit-learn",
    "scipy": "scipy",
    "lightgbm": "lightgbm",
}


def versions(model: str) -> dict[str, str]:
    """Versions of Python and of the packages that train `model`."""
    packages = [DISTRIBUTIONS[name] for name in PACKAGES[model]]
    return {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in packages}


def environment(model: str) -> dict[str, str]:
    """The same, with the system, our own version and, in a checkout, its git `revision`."""
    own = {"edgewise": importlib.metadata.version("edgewise"), "system": f"{platform.system()} {platform.machine()}"}
    found = revision()
    return versions(model) | own | ({"revision": found} if found else {})


@cache
def revision(folder: Path = Path(__file__).parent) -> str | None:
    """The commit that a checkout is at, None outside of one or without git."""
    git = shutil.which("git")
    if git is None:
        return None
    done = subprocess.run(  # noqa: S603  git itself, on our own folder
        [git, "-C", str(folder), "rev-parse", "HEAD"], check=False, capture_output=True, text=True, timeout=10
    )
    return done.stdout.strip() or None
