from __future__ import annotations

import csv
import shutil
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.text.cues import Captions, Cue
from pipeline.text.markup import inert, with_other_brackets
from pipeline.text.reading import MAX_BYTES, Read, language_of_name, read_captions
from pipeline.text.subtitles import (
    caption_em_px,
    caption_width_px,
    safe_margins_px,
    to_ass,
    to_srt,
    to_vtt,
)
from pipeline.text.thai import normalise
from pipeline.text.wrapping import wrap

THAI = "สวัสดีครับ"
MS = Fraction(1, 1000)


def captions(*cues: tuple[float | Fraction, float | Fraction, str], language: str = "th") -> Captions:
    made = (Cue(start_s=Fraction(start), end_s=Fraction(end), text=text) for start, end, text in cues)
    return Captions(language=language, cues=tuple(made))


def read(text: str | bytes, name: str = "clip.srt", frame_rate: Fraction | None = None) -> Read:
    return read_captions(text if isinstance(text, bytes) else text.encode(), name, None, frame_rate)


def codes(found: Read) -> list[str]:
    return [warning.code for warning in found.warnings]


def rows(found: Read) -> list[tuple[float, float, str]]:
    return [(float(cue.start_s), float(cue.end_s), cue.text) for cue in found.captions.cues]


def refusal(text: str | bytes, name: str = "clip.srt", frame_rate: Fraction | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read(text, name, frame_rate)
    assert caught.value.reason.th
    return caught.value.code


def one(text: str) -> str:
    """Return an SRT file with one cue."""
    return f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n"


# Round trips

LINES = st.text(st.sampled_from("กขคนมเแาำิีู่้ๆ abcXYZ019&<>{}\\-.!/:'\"é字🎉"), min_size=1, max_size=20)
TEXTS = st.lists(LINES, min_size=1, max_size=3).map("\n".join)


@st.composite
def any_captions(draw: st.DrawFn) -> Captions:
    """Captions one after another whose times are any fractions, and whose text is as reading leaves it."""
    at_s, cues = Fraction(0), []
    for text in draw(st.lists(TEXTS, min_size=1, max_size=5)):
        start_s = at_s + draw(st.fractions(0, 4000, max_denominator=90_000))
        at_s = start_s + draw(st.fractions(Fraction(1, 100), 9, max_denominator=90_000))
        cleaned = inert(normalise(with_other_brackets(inert(text))))
        cues.append((start_s, at_s, cleaned if cleaned == inert(normalise(cleaned)) else THAI))
    return captions(*((start, end, text or THAI) for start, end, text in cues))


@pytest.mark.parametrize(("write", "name"), [(to_srt, "a.th.srt"), (to_vtt, "a.th.vtt")])
@given(original=any_captions())
def test_written_captions_read_back_the_same_within_a_millisecond(write: object, name: str, original: Captions) -> None:
    assert callable(write)
    found = read(write(original), name)
    assert found.warnings == ()
    assert found.captions.language == "th"
    assert [cue.text for cue in found.captions.cues] == [cue.text for cue in original.cues]
    for before, after in zip(original.cues, found.captions.cues, strict=True):
        assert abs(before.start_s - after.start_s) <= MS
        assert abs(before.end_s - after.end_s) <= MS


@given(original=any_captions())
def test_another_program_reads_what_we_write(original: Captions) -> None:
    import pysubs2  # noqa: PLC0415 - an independent reader, for this test alone

    script = to_ass(original, width_px=1920, height_px=1080, face_name="Sarabun SemiBold", win_ratio=1.853)
    for text, form in ((to_srt(original), "srt"), (to_vtt(original), "vtt"), (script, "ass")):
        events = pysubs2.SSAFile.from_string(text, format_=form).events
        tolerance = 6 if form == "ass" else 1
        assert len(events) == len(original.cues)
        for event, cue in zip(events, original.cues, strict=True):
            assert abs(event.start - cue.start_s * 1000) <= tolerance
            assert abs(event.end - cue.end_s * 1000) <= tolerance


@given(st.lists(st.fractions(0, 3, max_denominator=5000), min_size=2, max_size=12, unique=True))
def test_rounding_never_turns_a_cue_round_nor_makes_two_overlap(times: list[Fraction]) -> None:
    times.sort()
    original = captions(*((a, b, THAI) for a, b in pairwise(times)))
    found = read(to_srt(original))
    assert len(found.captions.cues) == len(original.cues)
    assert "captions-overlap" not in codes(found)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for name in ("a.srt", "a.vtt", "a.ttml"):
        for prefix in ("", "WEBVTT\n\n", "1\n00:00:01,000 --> 00:00:02,000\n", "<tt><p begin='1s' end='2s'>", "{1}{9}"):
            try:
                found = read(prefix + text, name)
            except InputError:
                continue
            assert found.captions.cues


# What the files look like


def test_srt_golden() -> None:
    text = to_srt(captions((0, Fraction("1.2345"), "น้ำ\nที่นี่"), (Fraction(3661), Fraction("3662.9995"), "A & B < C")))
    assert text == ("1\n00:00:00,000 --> 00:00:01,235\nน้ำ\nที่นี่\n\n2\n01:01:01,000 --> 01:01:03,000\nA & B < C\n")


def test_vtt_golden_escapes() -> None:
    text = to_vtt(captions((0, 1, "A & B < C"), (1, 2, "x --> y")))
    assert text == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nA &amp; B &lt; C\n\n00:00:01.000 --> 00:00:02.000\nx --&gt; y\n"
    )


def test_ass_golden() -> None:
    text = to_ass(
        captions((Fraction("1.005"), 2, "น้ำ\nที่นี่"), (2, Fraction("2.001"), "ข")),
        width_px=1920,
        height_px=1080,
        face_name="Sarabun SemiBold",
        win_ratio=1.853,
    )
    assert "PlayResX: 1920\nPlayResY: 1080\nWrapStyle: 2\nScaledBorderAndShadow: yes\n" in text
    style = "Style: Caption,Sarabun SemiBold,100.06,&H00FFFFFF,&H00FFFFFF,&H002C2004,&H002C2004,0,0,0,0,100,100,0,0,1,3.78,0,2,96,96,54,-1\n"  # noqa: E501 - one line in the file
    assert style in text
    assert text.endswith(
        "Dialogue: 0,0:00:01.01,0:00:02.00,Caption,,0,0,0,,น้ำ\\Nที่นี่\n"
        "Dialogue: 0,0:00:02.00,0:00:02.01,Caption,,0,0,0,,ข\n"
    )
    assert all(line.count(",") == 22 for line in text.splitlines() if line.startswith(("Format: Name", "Style")))


def test_what_lies_before_zero_is_not_written() -> None:
    moved = captions((1, 2, "gone"), (2, 5, "half"), (5, 6, "whole")).shifted(Fraction(-3))
    assert to_srt(moved) == "1\n00:00:00,000 --> 00:00:02,000\nhalf\n\n2\n00:00:02,000 --> 00:00:03,000\nwhole\n"


def test_a_face_name_cannot_break_out_of_its_style() -> None:
    with pytest.raises(ValueError, match="face name"):
        to_ass(captions(), width_px=9, height_px=9, face_name="A,99\nDialogue:", win_ratio=1)


@pytest.mark.parametrize(
    ("width", "height", "em"), [(1920, 1080, 54), (1280, 720, 36), (1080, 1080, 46), (1080, 1920, 46)]
)
def test_thirty_five_characters_fit_a_line_in_every_shape(width: int, height: int, em: int) -> None:
    assert caption_em_px(width, height) == em
    assert 35 * 0.555 * em <= caption_width_px(width, height) <= width * 0.9


def test_tall_frames_keep_the_apps_own_buttons_free() -> None:
    assert safe_margins_px(1080, 1920) == (54, 422)
    assert safe_margins_px(1920, 1080) == (96, 54)


# Hostile text

HOSTILE = [
    r"{\p1}m 0 0 l 9 9{\p0}ก",
    "<script>alert(1)</script>ก",
    r"ก{\fs200}ข",
    r"{\fs200",
    r"C:\New\hot\n",
    "<scr<script>ipt>ก",
    r"{\an{\an8}8}ก",
    "&lt;script&gt;ก",
    "<img src=x onerror=alert(1)>ก",
    "ก --> 00:00:09,000",
    "<" * 40 + "b" + ">" * 40 + "ก",
    "ก\u2028ข\x00\x07",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("head", ["", "WEBVTT\n\n"])
def test_no_command_survives(text: str, head: str) -> None:
    made = [captions((1, 2, text))]
    if "-->" not in text and "\0" not in text:  # a time line of its own, and not text at all
        made.append(read(head + one(text).replace(",", "."), "a.vtt" if head else "a.srt").captions)
    for given_captions in made:
        srt = to_srt(given_captions).split("\n", 2)[2]
        vtt = to_vtt(given_captions).split("\n", 3)[3]
        ass = to_ass(given_captions, width_px=480, height_px=270, face_name="S", win_ratio=1).split("Caption,,")[1]
        for written in (srt, vtt):
            assert "<s" not in written.lower()
            assert "<i" not in written.lower()
            assert "<b" not in written.lower()
            assert "{\\" not in written
            assert "-->" not in written
            assert "\x00" not in written
        assert "{" not in ass.replace("\\{", "")
        for sign in ("\\n", "\\h"):
            assert sign not in ass
        assert "\\New" not in ass


def test_escaped_entities_in_vtt_are_letters_and_stay_escaped() -> None:
    found = read("WEBVTT\n\n00:01.000 --> 00:02.000\n&lt;b&gt; R&amp;D &nbsp;x\n", "a.vtt")
    assert rows(found)[0][2] == "<b> R&D \u00a0x"
    assert "&lt;b&gt; R&amp;D" in to_vtt(found.captions)
    assert "‹b›" in to_srt(found.captions)


# Reading what comes in


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (one(THAI), "a.srt"),
        (one(THAI).replace("\n", "\r"), "a.srt"),
        (one(THAI).replace("\n", "\r\r\n"), "a.srt"),
        (one(THAI).replace("\n", "\n\n"), "a.srt"),
        (one(f"<i>{{\\an8}}{THAI}</i>"), "a.srt"),
        (one(THAI).replace("\n", " X1:40 Y1:9\n", 2).replace("1 X1:40 Y1:9", "1"), "a.srt"),
        (
            f"\ufeffWEBVTT\n\nSTYLE\n::cue {{}}\n\nNOTE a --> b\n\nid\n00:01.000 --> 00:02.000 line:0\n<v Dao>{THAI}\n",
            "a.vtt",
        ),
        (f"0:00:01.000,0:00:02.000\n{THAI}\n", "a.sbv"),
        (
            f"[Script Info]\n\n[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:02.00,{{\\i1}}{THAI}\n",
            "a.ass",
        ),
        (f"<?xml version='1.0' encoding='tis-620'?><tt><body><p begin='1s' dur='30f'>{THAI}</p></body></tt>", "a.ttml"),
        (f"{{25}}{{50}}{{y:i}}{THAI}", "a.sub"),
    ],
)
def test_every_format_gives_the_same_cue(text: str, name: str) -> None:
    assert rows(read(text, name, Fraction(25))) == [(1.0, 2.0, THAI)]


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("", "a.srt", "captions-empty"),
        ("\ufeff \r\n", "a.srt", "captions-empty"),
        (THAI, "a.srt", "captions-no-cue"),
        ("1\n00:00:0x --> 00:00:02,000\nก\n", "a.srt", "captions-no-cue"),
        (one(THAI), "a.vtt", "captions-no-header"),
        ("{25}{50}ก", "a.sub", "captions-frame-rate"),
        ("850STL30.01" + " " * 50, "a.stl", "captions-format"),
        ("{\\rtf1 1\n00:00:01,000 --> 00:00:02,000\nก}", "a.srt", "captions-format"),
        ("<SAMI><BODY></BODY></SAMI>", "a.smi", "captions-format"),
        ("<tt><body><p begin='1s", "a.ttml", "captions-no-cue"),
        ("<rss></rss>", "a.xml", "captions-no-cue"),
        ("x" * (MAX_BYTES + 1), "a.srt", "captions-too-big"),
    ],
)
def test_what_has_nothing_to_show_is_refused_with_words(text: str, name: str, code: str) -> None:
    assert refusal(text, name) == code


def test_entity_bombs_are_not_opened() -> None:
    bomb = '<!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><tt><p begin="1s" end="2s">&b;</p></tt>'
    assert refusal(bomb, "a.ttml") == "captions-unsafe-xml"
    assert refusal('<!DOCTYPE tt SYSTEM "file:///etc/passwd"><tt><p/></tt>', "a.ttml") == "captions-unsafe-xml"


def test_deeply_nested_xml_is_only_slow_to_write() -> None:
    deep = "<tt><p begin='1s' end='2s'>" + "<span>" * 50_000 + "ก" + "</span>" * 50_000 + "</p></tt>"
    assert rows(read(deep, "a.ttml")) == [(1.0, 2.0, "ก")]


def test_nothing_is_lost_without_a_word() -> None:
    found = read(
        "00:00:05,000 --> 00:00:06,000\nlate\n\n"
        "00:00:01,000 --> 00:00:03,000\nfirst\n\n"
        "00:00:02,000 --> 00:00:04,000\nsecond\n\n"
        "00:00:08,000 --> 00:00:07,000\nbackwards\n\n"
        "-00:00:02,000 --> 00:00:01,000\nnegative\n\n"
        "00:00:09,00 --> 00:00:10,000\nbroken\n\n"
        "00:00:11 --> 00:00:12\nนํ้า\n"
    )
    assert rows(found) == [
        (1.0, 2.0, "first"),
        (2.0, 4.0, "second"),
        (5.0, 6.0, "late"),
        (11.0, 12.0, "น้ำ"),
    ]
    assert sorted(codes(found)) == [
        "captions-bad-times",
        "captions-broken-times",
        "captions-normalised",
        "captions-order",
        "captions-overlap",
        "captions-whole-seconds",
    ]
    said = {warning.code: warning.en for warning in found.warnings}
    assert said["captions-bad-times"].startswith("2 captions")
    assert said["captions-broken-times"].startswith("1 captions")
    assert "00:00:09,00 -->" in said["captions-broken-times"]


def test_cues_at_the_same_time_are_shown_together() -> None:
    found = read("00:00:01,000 --> 00:00:03,000\nก\n\n00:00:01,000 --> 00:00:03,000\nข\n")
    assert rows(found) == [(1.0, 3.0, "ก\nข")]


def test_words_that_look_like_numbers_or_arrows_stay() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nกข\n42\n\n2\n00:00:03,000 --> 00:00:04,000\nก -> ข --> ค\n"
    assert [row[2] for row in rows(read(text))] == ["กข\n42", "ก -> ข --> ค"]


def test_ttml_times_nest_and_follow_its_frame_rate() -> None:
    text = (
        "<tt ttp:frameRate='24' ttp:frameRateMultiplier='1000 1001'><body begin='10s'><div>"
        "<p begin='24f' end='00:00:02:12'>one<br/>\n two</p><p><span begin='3s' end='4s'>three</span></p>"
        "<p begin='9s'>never ends</p></div></body></tt>"
    )
    found = read(text, "a.ttml")
    cues = found.captions.cues
    assert [cue.text for cue in cues] == ["one\ntwo", "three"]
    assert cues[0].start_s == 10 + Fraction(1001, 1000)
    assert cues[0].end_s == 12 + Fraction(1001, 2000)
    assert codes(found) == ["captions-broken-times"]


def test_microdvd_tells_the_rate_that_it_was_read_with() -> None:
    found = read("{1}{1}23.976\n{24}{48}a|b", "a.sub", Fraction(25))
    assert found.captions.cues[0].start_s == 24 / Fraction("23.976")
    assert found.captions.cues[0].text == "a\nb"
    assert "23.976" in found.warnings[0].en


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("clip.en.vtt", "en"),
        ("clip.th.srt", "th"),
        ("07-x.th_TH.srt", "th-TH"),
        ("clip.tha.srt", "th"),
        ("clip.zh-hant-tw.srt", "zh-Hant-TW"),
        ("clip.en.forced.srt", "en"),
        ("clip.srt", None),
        ("th.srt", None),
        ("my.talk.srt", None),
        ("clip.hd.srt", None),
        ("clip.v2.srt", None),
        ("พชอ.นาทวี.srt", None),
    ],
)
def test_a_name_says_its_language_or_nothing(name: str, language: str | None) -> None:
    assert language_of_name(name) == language


def test_who_decides_the_language() -> None:
    assert read(one(THAI)).captions.language == "th"
    assert read(one("hello")).captions.language == "und"
    assert read(one(THAI), "clip.en.srt").captions.language == "en"
    assert read_captions(one(THAI).encode(), "clip.en.srt", "lo", None).captions.language == "lo"


# Wrapping, with letters 10 px wide and units of three letters


def measure(text: str) -> float:
    return 10.0 * len(text)


def units(text: str) -> list[str]:
    cut, found = 0, []
    for index in range(1, len(text) + 1):
        if index == len(text) or (text[index] != " " and (text[index - 1] == " " or index - cut >= 3)):
            found.append(text[cut:index])
            cut = index
    return found


def shown(text: str, width_px: float) -> list[str]:
    return [cue.text for cue in wrap(captions((0, 8, text)), measure, width_px, units).cues]


@pytest.mark.parametrize(
    ("text", "width_px", "expected"),
    [
        ("aaa bbb", 100, ["aaa bbb"]),
        ("aaa\nbbb", 100, ["aaa\nbbb"]),
        ("aaa bbb ccc ddd", 100, ["aaa bbb\nccc ddd"]),
        ("aaaaaa\nb c", 60, ["aaaaaa\nb c"]),
        ("aa\nbb\ncc", 60, ["aa\nbb cc"]),
        ("aaabbb ccc", 60, ["aaabbb\nccc"]),
        ("aaabbbcccddd", 60, ["aaabbb\ncccddd"]),
        ("aaa bbb ccc ddd", 40, ["aaa\nbbb", "ccc\nddd"]),
    ],
)
def test_lines_break_at_the_best_place(text: str, width_px: float, expected: list[str]) -> None:
    assert shown(text, width_px) == expected


def test_a_long_cue_is_shared_out_in_time() -> None:
    parts = wrap(captions((2, 8, "aaa bbb ccc ddd")), measure, 40, units).cues
    assert [(float(part.start_s), float(part.end_s)) for part in parts] == [(2.0, 5.0), (5.0, 8.0)]


@given(
    text=st.text(st.sampled_from("กขาิ่เab1 \n"), max_size=120),
    width_px=st.integers(20, 400),
    start_s=st.fractions(0, 9, max_denominator=99),
)
def test_wrapping_loses_no_letter_and_no_time_and_fits(text: str, width_px: int, start_s: Fraction) -> None:
    wrapped = wrap(captions((start_s, start_s + 5, text)), measure, width_px, units).cues
    assert "".join("".join(cue.text.split()) for cue in wrapped) == "".join(text.split())
    for cue in wrapped:
        lines = cue.text.split("\n")
        assert len(lines) <= 2
        assert all(measure(line) <= max(width_px, 60) for line in lines)  # a cluster of marks may be wider than 20
        assert cue.start_s < cue.end_s
    if wrapped:
        assert (wrapped[0].start_s, wrapped[-1].end_s) == (start_s, start_s + 5)
        assert all(a.end_s == b.start_s for a, b in pairwise(wrapped))


def test_a_breaker_that_changes_the_text_is_not_believed() -> None:
    wrapped = wrap(captions((0, 1, "abcdef")), measure, 30, lambda _text: ["x"])
    assert [cue.text for cue in wrapped.cues] == ["abc\ndef"]


# Real files, when they are there

# Where the list and this reader differ, and why: everything else must come out as the list says.
DIFFERENT = {
    "edge/cue-invalid-timestamp.vtt": "reject",  # its only cue has a broken time, so there is nothing to show
    "edge/ebu.stl": "reject",  # a binary broadcast format: refused by name
    "edge/invalid.srt": "ok-with-warning",  # whole seconds have one meaning; the reader says that it took them so
    "edge/invalid_timeframe.srt": "ok",  # a point for a comma has one meaning
    "edge/no-indexes.srt": "ok",  # numbers carry nothing
    "th-derived/exponential.cut-mid-character.srt": "ok",  # its last character is whole: E0 B8 B2
    "th/change-of-basis.auto.srt": "ok-with-warning",  # three cues end before they start
    "th/cross-products-ext.auto.srt": "ok-with-warning",  # one cue ends before it starts
    "th/ux-roi.srt": "ok-with-warning",  # an overlap, and a time that ends after its comma
}


def real_files(media: Path) -> list[tuple[str, str]]:
    with (media / "MANIFEST.tsv").open(encoding="utf-8") as lines:
        listed = [(row["path"], row["expected"]) for row in csv.DictReader(lines, delimiter="\t")]
    found = [(path.removeprefix("subtitles/"), expected) for path, expected in listed if path.startswith("subtitles/")]
    return [(path, expected) for path, expected in found if not path.startswith("th-text/")]  # no captions


def outcome(media: Path, path: str) -> str:
    """Return what becomes of a real file; what is read must come back from what is written."""
    try:
        found = read_captions((media / "subtitles" / path).read_bytes(), path, None, Fraction(25))
    except InputError as error:
        assert error.reason.th  # noqa: PT017 - being refused is one of the outcomes
        return "reject"
    again = read(to_vtt(found.captions), "again.vtt")
    assert [cue.text for cue in again.captions.cues] == [cue.text for cue in found.captions.cues], path
    return "ok-with-warning" if found.warnings else "ok"


def test_real_files_come_out_as_listed(shared_media: Path) -> None:
    listed = dict(real_files(shared_media))
    assert listed
    assert {path: outcome(shared_media, path) for path in listed} == {
        path: DIFFERENT.get(path, expected) for path, expected in listed.items()
    }


# The real renderer


def burned(folder: Path, text: str, *, font_size_px: int = 40) -> tuple[bytes, str]:
    """Return a 480 x 270 frame, one byte a pixel, with ``text`` burned in, and what the renderer said."""
    import fontpkg  # noqa: PLC0415 - only this test needs the face
    import imageio_ffmpeg  # noqa: PLC0415 - and the tool

    from pipeline.process import run  # noqa: PLC0415 - the one way to start it

    (folder / "fonts").mkdir(exist_ok=True)
    shutil.copy(fontpkg.path("sarabun", weight=600), folder / "fonts" / "face.ttf")
    script = to_ass(
        captions((0, 2, text)),
        width_px=480,
        height_px=270,
        face_name="Sarabun SemiBold",
        win_ratio=1.853,
        em_px=font_size_px,
    )
    (folder / "c.ass").write_text(script, encoding="utf-8")
    black = ["-f", "lavfi", "-i", "color=black:s=480x270:r=1:d=1"]
    burn = ["-vf", "ass=c.ass:fontsdir=fonts", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-y", "out.gray"]
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-v", "verbose", *black, *burn]
    finished = run(argv, timeout_s=60, cwd=folder)
    return (folder / "out.gray").read_bytes(), "\n".join(finished.stderr_tail)


def ink(frame: bytes) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of what is brighter than half."""
    at = [index for index, value in enumerate(frame) if value > 127]
    assert at, "nothing was drawn"
    columns = [index % 480 for index in at]
    return min(columns), at[0] // 480, max(columns), at[-1] // 480


def test_thai_is_burned_in_correctly_and_inside_the_safe_area(tmp_path: Path) -> None:
    both, said = burned(tmp_path, "น้ำใจที่ญี่ปุ่น\nผู้ใหญ่กับปู่ฎุ", font_size_px=28)
    left, top, right, bottom = ink(both)
    side_px, bottom_px = safe_margins_px(480, 270)
    assert side_px <= left < 240 < right <= 480 - side_px
    assert top > 270 // 3
    assert bottom <= 270 - bottom_px
    assert abs((left + right) - 480) <= 6
    assert "Sarabun-SemiBold" in said
    assert "not found" not in said


def test_tone_marks_stand_above_vowels(tmp_path: Path) -> None:
    high = ink(burned(tmp_path, "ที่")[0])
    low = ink(burned(tmp_path, "ที")[0])
    assert low[1] - high[1] > 5
    assert low[3] == high[3]


def test_hostile_text_is_drawn_as_letters(tmp_path: Path) -> None:
    _, plain_top, _, plain_bottom = ink(burned(tmp_path, "กข", font_size_px=20)[0])
    frame, said = burned(tmp_path, "ก{x}ข\\Nกข\\hข", font_size_px=20)
    left, top, right, bottom = ink(frame)
    assert bottom - top < 2 * (plain_bottom - plain_top)  # still one line
    assert right - left > 60
    assert "not found" not in said
