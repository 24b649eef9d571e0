"""What stands in a script for the renderer, and what must never stand in one."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.ass import AssFace, Itemise, drawn, to_ass
from pipeline.text.cues import Captions, Cue
from pipeline.text.geometry import caption_em_px, caption_width_px, safe_margins_px
from pipeline.text.markup import inert

SARABUN = AssFace(family="Sarabun SemiBold", win_ratio=1.853)
OTHER = AssFace(family="Noto Emoji", win_ratio=1.25)
COMMAND = re.compile(r"\{\\fnNoto Emoji\\fs[0-9.]+\}|\{\\r\}")
"""The only commands that a script may hold: ours."""


def captions(*cues: tuple[float | Fraction, float | Fraction, str]) -> Captions:
    made = (Cue(start_s=Fraction(start), end_s=Fraction(end), text=text) for start, end, text in cues)
    return Captions(language="th", cues=tuple(made))


def emoji_apart(line: str) -> list[tuple[str, AssFace]]:
    """Give what lies beyond the basic plane to the other face, sign by sign."""
    return [(sign, OTHER if ord(sign) > 0xFFFF else SARABUN) for sign in line]


def test_the_script_golden() -> None:
    text = to_ass(
        captions((Fraction("1.005"), 2, "น้ำ\nที่นี่"), (2, Fraction("2.001"), "ข")),
        width_px=1920,
        height_px=1080,
        face=SARABUN,
    )
    assert "PlayResX: 1920\nPlayResY: 1080\nWrapStyle: 2\nScaledBorderAndShadow: yes\n" in text
    style = "Style: Caption,Sarabun SemiBold,100.06,&H00FFFFFF,&H00FFFFFF,&H002C2004,&H002C2004,0,0,0,0,100,100,0,0,1,3.78,0,2,96,96,54,-1\n"  # noqa: E501 - one line in the file
    assert style in text
    assert text.endswith(
        "Dialogue: 0,0:00:01.01,0:00:02.00,Caption,,0,0,0,,น้ำ\\Nที่นี่\n"
        "Dialogue: 0,0:00:02.00,0:00:02.01,Caption,,0,0,0,,ข\n"
    )
    assert all(line.count(",") == 22 for line in text.splitlines() if line.startswith(("Format: Name", "Style")))


def test_what_another_face_draws_is_as_large_and_ends_at_the_line() -> None:
    assert drawn("ไปกัน🎉นะ\n🚂", SARABUN, 54, emoji_apart) == (
        "ไปกัน{\\fnNoto Emoji\\fs67.50}🎉{\\r}นะ\\N{\\fnNoto Emoji\\fs67.50}🚂{\\r}"
    )


@pytest.mark.parametrize("name", ["A,99\nDialogue:", "", "A\\fs99", "A}", "{A", "@Sarabun", "A(1)", "A\r"])
def test_a_face_name_cannot_break_out_of_its_place(name: str) -> None:
    with pytest.raises(ValueError, match="family"):
        AssFace(family=name, win_ratio=1)


@pytest.mark.parametrize(
    ("width", "height", "em"), [(1920, 1080, 54), (1280, 720, 36), (1080, 1080, 46), (1080, 1920, 46)]
)
def test_thirty_five_characters_fit_a_line_in_every_shape(width: int, height: int, em: int) -> None:
    assert caption_em_px(width, height) == em
    assert 35 * 0.555 * em <= caption_width_px(width, height) <= width * 0.9


def test_tall_frames_keep_the_apps_own_buttons_free() -> None:
    assert safe_margins_px(1080, 1920) == (54, 422)
    assert safe_margins_px(1920, 1080) == (96, 54)


# Text from outside

SIGNS = st.text(st.sampled_from("กำ่ abc09{}\\Nnhr!fsp()&,:;é🎉\u2060\u200b"), min_size=1, max_size=12)
TEXTS = st.lists(SIGNS, min_size=1, max_size=3).map("\n".join)
HOSTILE = [
    r"{\p1}m 0 0 l 9 9{\p0}ก",
    r"ก{\fs200}ข",
    r"{\fs200",
    r"C:\New\hot\n",
    r"{\an{\an8}8}ก",
    r"🎉{\r}🎉\N",
    "\\🎉N",
    "ก\nDialogue: 0,0:00:00.00,9:00:00.00,Caption,,0,0,0,,ข",
]


def spoken(script: str) -> str:
    """Return the words of the only event."""
    assert script.count("\nDialogue:") == 1
    return script.split("Caption,,0,0,0,,")[1].rstrip("\n")


@pytest.mark.parametrize("itemise", [None, emoji_apart])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_command_survives(text: str, itemise: Itemise | None) -> None:
    script = to_ass(captions((1, 2, text)), width_px=480, height_px=270, face=SARABUN, itemise=itemise)
    words = COMMAND.sub("", spoken(script)) if itemise else spoken(script)
    assert "{" not in words.replace("\\{", "")
    assert "}" not in words.replace("\\}", "")
    assert not re.search(r"\\[nh]", words)
    assert "\\New" not in words


@given(TEXTS)
def test_without_our_own_commands_the_words_are_the_words(text: str) -> None:
    made = captions((1, 2, text))
    if not inert(text):
        return
    words = COMMAND.sub("", spoken(to_ass(made, width_px=9, height_px=9, face=SARABUN, itemise=emoji_apart)))
    lines = words.replace("\\\u2060", "\0").split("\\N")
    again = "\n".join(line.replace("\\{", "{").replace("\\}", "}").replace("\0", "\\") for line in lines)
    assert again.replace("\\\u2060", "\\") == inert(text)


@given(st.lists(st.tuples(st.fractions(0, 4000, max_denominator=90_000), TEXTS), min_size=1, max_size=5))
def test_another_program_reads_what_we_write(made: list[tuple[Fraction, str]]) -> None:
    import pysubs2  # noqa: PLC0415 - an independent reader, for this test alone

    at_s, cues = Fraction(0), []
    for length_s, text in made:
        cues.append((at_s, at_s + length_s + Fraction(1, 100), inert(text) or "ก"))
        at_s = cues[-1][1]
    script = to_ass(captions(*cues), width_px=1920, height_px=1080, face=SARABUN)
    events = pysubs2.SSAFile.from_string(script, format_="ass").events
    assert len(events) == len(cues)
    for found, (start_s, end_s, _) in zip(events, cues, strict=True):
        assert abs(found.start - start_s * 1000) <= 6
        assert abs(found.end - end_s * 1000) <= 6 + 10 * len(cues)
