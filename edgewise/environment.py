"""Makes the virtual environment from the lock file; runs on a bare Python 3.11+ with the standard library alone.

    python3 edgewise/environment.py [--dev]

torch is installed apart from the rest: where no GPU is found its CPU build is tried first, a tenth of the size,
and PyPI's is the fallback.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
UV_VERSION = "0.13.8"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PROBE_SECONDS = 5


def main() -> None:
    """Make or update `.venv`; does nothing when it already matches the lock file."""
    parser = argparse.ArgumentParser(description="Make the virtual environment of this checkout.")
    parser.add_argument("--dev", action="store_true", help="with what the tests need")
    options = parser.parse_args()
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit(f"Python 3.11 to 3.13 is needed, this is {platform.python_version()}: make PYTHON=python3.12 …")
    stamp = VENV / ("ready-dev" if options.dev else "ready")
    if is_current(VENV / "ready-dev") or is_current(stamp):
        return
    say("Making the virtual environment (a first time takes a minute or two) …")
    make_venv()
    install(dev=options.dev)
    stamp.write_text(fingerprint())
    say("The virtual environment is ready.")


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def is_current(stamp: Path) -> bool:
    """Whether the installation that left `stamp` still matches the lock."""
    return stamp.is_file() and stamp.read_text() == fingerprint()


def fingerprint() -> str:
    """Changes when the lock, the project file or the interpreter does."""
    parts = [(ROOT / name).read_bytes() for name in ("uv.lock", "pyproject.toml")]
    return hashlib.sha256(b"".join(parts) + sys.version.encode() + str(ROOT).encode()).hexdigest()


def make_venv() -> None:
    """Make `.venv` with uv in it; Debian's Python has no ensurepip, so uv's own wheel is unpacked there."""
    if not (BIN / "python").exists():
        venv.create(VENV, symlinks=True, clear=VENV.exists())
    if (BIN / "uv").exists() and UV_VERSION in output(BIN / "uv", "--version"):
        return
    try:
        run(BIN / "python", "-m", "ensurepip", "--default-pip", quiet=True)
        run(BIN / "python", "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}")
    except subprocess.CalledProcessError:
        say("This Python has no pip of its own; fetching uv by itself.")
        unpack_uv()


def unpack_uv() -> None:
    """Put uv's binary into `.venv/bin` from its wheel on PyPI, checked against the published SHA-256."""
    machine = sysconfig.get_platform().rsplit("-", 1)[-1]
    system = "manylinux" if sys.platform == "linux" else "macosx"
    with urllib.request.urlopen(f"https://pypi.org/pypi/uv/{UV_VERSION}/json", timeout=60) as answer:
        wheels = json.load(answer)["urls"]
    wheel = next(w for w in wheels if system in w["filename"] and machine in w["filename"])
    with urllib.request.urlopen(wheel["url"], timeout=300) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["digests"]["sha256"]:
        sys.exit(f"{wheel['filename']} does not have its published checksum; try again.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        (BIN / "uv").write_bytes(archive.read(member))
    (BIN / "uv").chmod(0o755)


def install(*, dev: bool) -> None:
    """Install what the lock names, each file checked against its hash; then torch; then this project."""
    groups = ["--group", "dev"] if dev else ["--no-default-groups"]
    export = ["export", "--quiet", "--frozen", "--extra", "learn", "--no-emit-project", *groups]
    everything, without_torch = VENV / "requirements.txt", VENV / "requirements-without-torch.txt"
    uv(*export, "--output-file", str(everything))
    uv(*export, "--prune", "torch", "--output-file", str(without_torch))
    uv("pip", "install", "--quiet", "--require-hashes", "-r", str(without_torch))
    install_torch(everything)
    uv("pip", "install", "--quiet", "--no-deps", "--editable", str(ROOT))
    run(BIN / "python", "-m", "gnn.repair_lightfm")


def install_torch(everything: Path) -> None:
    """The CPU build where no GPU is found and its index answers, else what the lock names."""
    version = re.search(r"^torch==([\w.]+)", everything.read_text(), re.MULTILINE)
    if version is None:
        sys.exit("uv.lock names no torch; run: uv lock")
    if output(BIN / "python", "-c", "import importlib.metadata as m; print(m.version('torch'))").startswith(version[1]):
        return
    if sys.platform == "linux" and not has_gpu() and answers(TORCH_CPU_INDEX):
        say(f"Installing the CPU build of torch {version[1]} …")
        try:
            uv("pip", "install", "--quiet", f"torch=={version[1]}", "--index", TORCH_CPU_INDEX)
        except subprocess.CalledProcessError:
            say("The CPU build could not be installed.")
        else:
            return
    say(f"Installing torch {version[1]} from PyPI …")
    uv("pip", "install", "--quiet", "--require-hashes", "-r", str(everything))


def has_gpu() -> bool:
    """Whether an NVIDIA driver is loaded."""
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def answers(url: str) -> bool:
    """Whether a web server answers at `url` within a few seconds."""
    try:
        with urllib.request.urlopen(f"{url}/torch/", timeout=PROBE_SECONDS):
            return True
    except OSError as error:
        say(f"No answer from {url} ({error}); falling back to PyPI.")
        return False


def uv(*arguments: str) -> None:
    """Run uv on `.venv`."""
    run(BIN / "uv", *arguments)


def run(*command: str | Path, quiet: bool = False) -> None:
    """Run a command in the checkout; raises CalledProcessError if it fails."""
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    hidden = subprocess.DEVNULL if quiet else None
    subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=True, stdout=hidden, stderr=hidden)


def output(*command: str | Path) -> str:
    """What a command prints; empty if it fails."""
    return subprocess.run([str(part) for part in command], check=False, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
