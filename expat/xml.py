"""XML from outside: read without entities, comments and the network, and not above a size."""

from __future__ import annotations

from typing import Any

from lxml import etree

from expat.errors import BadInput


def parse(name: str, content: bytes, expected: str, most: int = 64 * 1024 * 1024) -> etree._Element:
    """The root of a document of at most `most` bytes; `expected` says what would be right.

    Raises BadInput naming the file, and the line and column where it is no XML.
    """
    if len(content) > most:
        raise BadInput(name, f"has {len(content)} bytes", f"at most {most}")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as wrong:
        line, column = wrong.position
        raise BadInput(f"{name}, line {line}, column {column}", f"is no XML: {wrong.msg}", expected) from wrong
    document: Any = root.getroottree().docinfo  # the stubs do not know all of it
    if document.doctype:
        raise BadInput(f"{name}, line 1", "has a DOCTYPE", f"{expected}, which has none")
    return root
