"""Entry point of the `edgewise` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
