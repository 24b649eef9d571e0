"""What people and cameras wrote into a photo: when it was taken, and a caption. Reads an opened picture's memory only.

All of it is untrusted text from strangers' files; nothing here may stop a good picture from being used, so every
field that cannot be read is simply absent.
"""

from __future__ import annotations

import html
import re
import unicodedata
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MAX_CAPTION_CHARS = 500
MAX_XMP_BYTES = 2_000_000

_ORIENTATION, _DESCRIPTION, _EXIF_IFD, _TAKEN, _XMP = 0x0112, 0x010E, 0x8769, 0x9003, 0x02BC
_IPTC_CAPTION = (2, 120)
_EARLIEST_YEAR = 1990
"""Before this no camera wrote Exif; such dates are dead clock batteries."""
_XMP_DESCRIPTION = re.compile(r"<dc:description\b[^>]*>.{0,2000}?<rdf:li\b[^>]*>([^<]{0,20000})</rdf:li>", re.DOTALL)
_BOILERPLATE = re.compile(
    r"""(?ix) ^ (
      (olympus|minolta|konica\ minolta|sanyo|kodak|fujifilm|casio|ricoh|pentax)?\ *digital\ (still\ )?(camera|image)
    | dcim .* | dcf\ 1\.0 | sony\ dsc | samsung (\ .*\ )? | nikon .* | exif[_ ]jpeg[_ ]picture | jpeg[_ ]picture
    | picasa | untitled | default | image | photo | picture | description | screenshot
    | cof | nor | hdr | rhdr | dav | oznor.* | edf | mde
    | processed\ with\ .* | created\ with\ .* | file\ written\ by\ .* | imagej .* | \{.* | <\?xml.*
    | (img|dsc|dscn|dscf|pxl|mvimg|pict|vid|wp|photo|image)[_-]?[\d_-]+ (\.\w{2,5})?
    | [^.\s]+\.(jpe?g|png|tiff?|heic|webp|gif|psd|nef|cr2|dng)
    ) $"""
)


def orientation(image: Image.Image) -> int:
    """Return the Exif orientation, 1 to 8; anything else counts as 1. Source: Exif 2.32, 4.6.4 A."""
    with suppress(Exception):  # damaged Exif raises anything: the picture is then shown as stored
        value = image.getexif().get(_ORIENTATION, 1)
        if isinstance(value, int) and 1 <= value <= 8:  # noqa: PLR2004 -- the standard's eight values
            return value
    return 1


def taken_at(image: Image.Image) -> str | None:
    """Return ``DateTimeOriginal`` as ISO 8601 text without zone, or None when absent or no real date."""
    with suppress(Exception):  # damaged Exif raises anything: the time is then unknown
        value = image.getexif().get_ifd(_EXIF_IFD).get(_TAKEN)
        return parse_time(value) if isinstance(value, str) else None
    return None


def parse_time(text: str) -> str | None:
    """Return Exif's ``YYYY:MM:DD HH:MM:SS`` as ISO 8601 text, or None when it is no real date."""
    try:
        moment = datetime.strptime(text.strip(" \x00"), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 -- cameras note no zone
    except ValueError:
        return None
    return moment.isoformat() if moment.year >= _EARLIEST_YEAR else None


def caption(image: Image.Image) -> str | None:
    """Return the caption a person wrote, from Exif, XMP or IPTC in this order, or None."""
    for read in (_exif_caption, _xmp_caption, _iptc_caption):
        with suppress(Exception):  # damaged metadata raises anything: the next place is tried
            text = clean_caption(read(image) or "")
            if text:
                return text
    return None


def clean_caption(text: str) -> str | None:
    """Return ``text`` as one line without control characters, or None when empty or a camera's own words.

    Markup stays the text it is: whoever writes a page escapes it.
    """
    visible = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in text[:20000])
    line = " ".join(visible.split())
    if not any(char.isalpha() for char in line) or _BOILERPLATE.match(line):
        return None
    line = unicodedata.normalize("NFC", line)
    if len(line) <= MAX_CAPTION_CHARS:
        return line
    cut = MAX_CAPTION_CHARS
    while unicodedata.combining(line[cut]) or unicodedata.category(line[cut]) == "Mn":
        cut -= 1  # a Thai vowel or tone mark stays with its letter
    return line[:cut].rstrip() + "…"


def _exif_caption(image: Image.Image) -> str | None:
    value = image.getexif().get(_DESCRIPTION)
    if not isinstance(value, str):
        return None
    # Exif says ASCII and Pillow reads Latin-1; phones and editors write UTF-8.
    return value.encode("latin-1").split(b"\x00")[0].decode("utf-8")


def _xmp_caption(image: Image.Image) -> str | None:
    value = image.info.get("xmp") or image.getexif().get(_XMP)
    raw = value.encode("utf-8") if isinstance(value, str) else bytes(value or b"")
    found = _XMP_DESCRIPTION.search(raw[:MAX_XMP_BYTES].decode("utf-8"))
    return html.unescape(found.group(1)) if found else None


def _iptc_caption(image: Image.Image) -> str | None:
    from PIL import ImageFile, IptcImagePlugin  # noqa: PLC0415 -- keeps the command's start fast

    if not isinstance(image, ImageFile.ImageFile):
        return None
    value = (IptcImagePlugin.getiptcinfo(image) or {}).get(_IPTC_CAPTION)
    raw = value[0] if isinstance(value, list) else value
    return raw.decode("utf-8") if raw else None
