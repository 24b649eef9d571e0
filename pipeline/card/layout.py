"""Where everything on a card goes: texts, bar, pills, waves and the faint numeral, as numbers. Draws nothing.

Sizes are given for a frame whose shorter side is 1080 px and scale with it. Each shape of frame has a layout of its
own. How wide a text is, is asked of a :class:`~pipeline.card.pieces.Measure`, so that no font is needed here.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.card.blocks import Desk, tidy
from pipeline.card.clock import CLOCK_STEP, DIGITS, lay_countdown, place_clock
from pipeline.card.pieces import Box, CardLayout, Clock, Frame, Measure, Part, Run, ThirdLayout
from pipeline.card.scenery import ghost_numeral, moon, waves
from pipeline.card.sheets import lay_break, lay_end, lay_opener
from pipeline.card.texts import AnyCard, BreakText, CardText, CountdownText, EndText, OpenerText, SlateText, ThirdText
from pipeline.card.third import lay_third, second_line
from pipeline.card.title import lay_title, numeral
from pipeline.preset.model import Face, Style
from pipeline.text.thai import WordBreaker


def texts_of(card: AnyCard | ThirdText, style: Style) -> tuple[tuple[str, Face], ...]:
    """Return every text of a card or lower third, whole, with the face it is set in."""
    return tuple((tidy(text), face) for text, face in _said(card, style) if text)


def _said(card: AnyCard | ThirdText, style: Style) -> tuple[tuple[str | None, Face], ...]:
    name, label, text, ghost = style.faces.name, style.faces.label, style.faces.text, style.faces.ghost
    if isinstance(card, ThirdText):
        return ((card.name, name), (second_line(card), text))
    if isinstance(card, CardText | SlateText):
        shown = numeral(card.number, card.total)
        note = card.note if isinstance(card, SlateText) else None
        said = ((card.event_name, label), (card.name, name), (note, label), (card.theme, label))
        return (*said, (card.date_text, text), (shown and f"{shown} / {card.total}", label), (shown, ghost))
    if isinstance(card, OpenerText):
        themes = ((theme.name, label) for theme in card.themes)
        return ((card.title, label), (card.event_name, name), (card.date_text, label), (card.venue, text), *themes)
    common = ((card.event_name, label), (card.note, label), (card.date_text, text))
    if isinstance(card, CountdownText):
        return (*common, (card.title, label), (DIGITS + ":", ghost))
    names = card.thanks if isinstance(card, EndText) else ()
    return (*common, (card.title, name), *((thanked, text) for thanked in names))


def lay_out(card: AnyCard, style: Style, frame: Frame, measure: Measure, breaker: WordBreaker) -> CardLayout:
    """Return the card with everything in its place.

    Raises:
        OurError: ``text-does-not-fit`` with the text that does not, however small it is set.

    """
    desk = Desk(style, frame, measure, breaker, card.accent)
    clock = place_clock(card, desk) if isinstance(card, CountdownText) else None
    parts = _parts(card, desk, clock)
    pieces = [replace(piece, step=step) for step, part in enumerate(parts, CLOCK_STEP) for piece in part]
    return CardLayout(
        frame=frame,
        ground_dark=style.ground_dark,
        ground_light=style.ground_light,
        glow=card.accent,
        ghost=_ghost(card, desk),
        waves=waves(desk),
        boxes=tuple(piece for piece in pieces if isinstance(piece, Box)),
        runs=tuple(piece for piece in pieces if isinstance(piece, Run)),
        clock=clock,
    )


def lay_out_third(
    third: ThirdText, style: Style, frame: Frame, measure: Measure, breaker: WordBreaker, caption_line_em: float
) -> ThirdLayout:
    """Return a lower third in its place; see :func:`pipeline.card.third.lay_third`.

    Raises:
        OurError: ``text-does-not-fit`` with the text.

    """
    return lay_third(third, Desk(style, frame, measure, breaker, third.accent), caption_line_em)


def _ghost(card: AnyCard, desk: Desk) -> Run | Box | None:
    """Return the roster number or a moon, very faint; nothing behind a clock, whose digits are as thin."""
    if isinstance(card, CountdownText):
        return None
    if isinstance(card, CardText | SlateText):
        shown = numeral(card.number, card.total)
        return ghost_numeral(desk, shown) if shown else None
    return moon(desk)


def _parts(card: AnyCard, desk: Desk, clock: Clock | None) -> list[Part]:
    if isinstance(card, OpenerText):
        return lay_opener(card, desk)
    if isinstance(card, BreakText):
        return lay_break(card, desk)
    if isinstance(card, EndText):
        return lay_end(card, desk)
    if isinstance(card, CountdownText):
        return lay_countdown(card, desk, clock or place_clock(card, desk))
    return lay_title(card, desk)
