"""Caption text as plain text: no tags, no override codes, no control signs, no empty lines.

Captions come from outside and go into players, pages and a renderer, so whatever could be taken for a command by any
of them is taken out when they are read and again when they are written.
"""

from __future__ import annotations

import re

from pipeline.text.thai import clusters

_QUOTED_CLUSTERS = 40
_NAME = (
    "a|b|big|blockquote|body|br|c|center|code|div|em|embed|font|form|h[1-6]|head|html|i|iframe|img|input|lang|li|link|"
    "meta|object|ol|p|pre|ruby|rp|rt|s|script|small|span|strike|strong|style|sub|sup|svg|table|td|tr|tt|u|ul|v|video"
)
_TAG = re.compile(rf"</?(?:{_NAME})(?:[.\s][^<>]*)?/?>|<!--|<[!?][^<>]*>|</?\d+:[\d:.]*>", re.IGNORECASE)
"""HTML and WebVTT tags and WebVTT's time stamps; ``<3``, ``<Enter>`` and ``<name@example.org>`` are text."""
_OVERRIDE = re.compile(r"\{\s*\\[^{}]*\}")
_STILL_A_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_STILL_AN_OVERRIDE = re.compile(r"\{(?=\s*\\)")
_PAIR = re.compile(r"<([A-Za-z/!?][^<>]*)>")
_PASSES = 4
_LINE_SIGNS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")


def without_tags(text: str) -> str:
    """Return ``text`` without HTML or WebVTT tags, also those that appear when others are taken out."""
    return _until_stable(_TAG, text, _STILL_A_TAG, "‹")


def without_overrides(text: str) -> str:
    r"""Return ``text`` without ASS override blocks such as ``{\an8}``; a block that never ends loses its brace."""
    return _STILL_AN_OVERRIDE.sub("(", _until_stable(_OVERRIDE, text, _STILL_AN_OVERRIDE, "("))


def tidy(text: str) -> str:
    """Return ``text`` as lines without control signs, outer spaces and empty lines, joined by newlines."""
    lines = _LINE_SIGNS.sub("\n", _CONTROLS.sub("", text)).replace("\t", " ").split("\n")
    lines = [_INVISIBLE.sub("", line).strip() for line in lines]
    return "\n".join(line for line in lines if line)


def quoted(text: str) -> str:
    """Return how a cue begins, on one line, for messages about it."""
    seen = clusters(text.replace("\n", " "))
    return "".join(seen) if len(seen) <= _QUOTED_CLUSTERS else "".join(seen[:_QUOTED_CLUSTERS]).rstrip() + "…"


def inert(text: str) -> str:
    """Return what is written for ``text``, whoever made it: tidy, with no override block in it."""
    return without_overrides(tidy(text))


def with_other_brackets(text: str) -> str:
    """Return ``text`` with ``<b>`` as ``‹b›`` and ``-->`` as ``→``, for formats that cannot escape them."""
    return _STILL_A_TAG.sub("‹", _PAIR.sub(r"‹\1›", text.replace("-->", "→")))


def _until_stable(pattern: re.Pattern[str], text: str, left_over: re.Pattern[str], sign: str) -> str:
    """Take ``pattern`` out again and again; what nests deeper than anyone types is made harmless with ``sign``."""
    for _ in range(_PASSES):
        shorter = pattern.sub("", text)
        if shorter == text:
            return text
        text = shorter
    return left_over.sub(sign, text) if pattern.search(text) else text
