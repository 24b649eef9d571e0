"""Titles and addresses as every dialect can carry them. Pure."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, urlsplit

from pipeline.show.model import Entry, Show

_IN_ADDRESSES = "%/:=&?~#+!$,;'@()*[]"
"""What an address may hold as it is. Source: RFC 3986, 2.2 (and ``%`` of what is escaped already)."""


def one_line(text: str) -> str:
    """Return ``text`` as one line: NFC, without control characters, marks that turn the direction, or half pairs.

    What is not seen (a joiner, a mark of direction, a byte order mark, a character that Unicode does not have) goes; a
    control character becomes a space, as does each kind of line end. Source: RFC 8216, 4.1; XML 1.0, 2.2.
    """
    kept = "".join(_shown(character) for character in unicodedata.normalize("NFC", text))
    # Taking a joiner out can bring a letter and its mark together.
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    return character if category[0] != "C" else " " if category == "Cc" else ""


def title(entry: Entry) -> str:
    """Return the title of an entry in one line; its id where nothing of the title can be shown."""
    return one_line(entry.title) or entry.id


def owner(show: Show) -> str:
    """Return the event's name in one line; its id where nothing of the name can be shown."""
    return one_line(show.event_name) or show.event_id


def address(base_url: str) -> str:
    """Return an address in ASCII, as XSPF and HTTP want it: the host by IDNA, the rest percent-encoded."""
    host = urlsplit(base_url).hostname or ""
    if not host.isascii():
        base_url = base_url.replace(host, host.encode("idna").decode("ascii"), 1)
    return quote(base_url, safe=_IN_ADDRESSES)
