"""Elements of HTML and SVG pages; text and attributes are escaped when they are written out."""

from __future__ import annotations

from typing import TypeAlias
from xml.etree import ElementTree as ET

Child: TypeAlias = ET.Element | str | None


def element(tag: str, *children: Child, **attributes: str | float) -> ET.Element:
    """An element with text and elements in it, None left out.

    An attribute's name is written with - for _, and without one at the end: `class_` is class. Numbers are rounded to
    two decimals, which in an SVG is a hundredth of a pixel.
    """
    made = ET.Element(tag, {name.rstrip("_").replace("_", "-"): _text(value) for name, value in attributes.items()})
    for child in children:
        if isinstance(child, str):
            _append_text(made, child)
        elif child is not None:
            made.append(child)
    return made


def page(root: ET.Element) -> str:
    """A whole document, root being its html element."""
    return "<!DOCTYPE html>\n" + ET.tostring(root, encoding="unicode", method="html") + "\n"


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def _append_text(parent: ET.Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
