"""Captions inside clips: made by ffmpeg, read back on the clip's clock."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from media_factory import Spec, make_clip, truncate

from pipeline.media.embedded import MOST_CUES, read_embedded
from pipeline.media.facts import SubtitleFacts
from pipeline.media.probe import probe
from pipeline.text.cues import Cue

THAI = """1
00:00:00,100 --> 00:00:00,500
<i>สวัสดี</i> {\\an8}ครับ <3

2
00:00:00,600 --> 00:00:00,900
บรรทัดหนึ่ง
บรรทัดสอง {x}
"""
ENGLISH = THAI.replace("<i>สวัสดี</i> {\\an8}ครับ", "Hello").replace("บรรทัดหนึ่ง\nบรรทัดสอง", "One line\nanother")
EXPECTED = (("0.1", "0.5", "สวัสดี ครับ <3"), ("0.6", "0.9", "บรรทัดหนึ่ง\nบรรทัดสอง {x}"))
CODECS = {"mkv": "srt", "mp4": "mov_text", "mov": "mov_text", "webm": "webvtt", "ass.mkv": "ass", "vtt.mkv": "webvtt"}


def with_tracks(folder: Path, ffmpeg: str, name: str, codec: str, texts: dict[str, str], *options: str) -> Path:
    """Write a clip of a second that holds captions; ``texts`` by language."""
    video = "vp8" if name.endswith("webm") else "h264"
    plain = make_clip(folder / "plain.mkv", Spec(width=128, height=72, container="mkv", sound=None, vcodec=video))  # type: ignore[arg-type]
    argv, maps = [ffmpeg, "-v", "error", "-i", str(plain)], ["-map", "0:v"]
    for n, (language, text) in enumerate(texts.items()):
        (folder / f"{n}.srt").write_text(text, "utf-8")
        argv += ["-i", str(folder / f"{n}.srt")]
        maps += ["-map", f"{n + 1}:0", f"-metadata:s:s:{n}", f"language={language}"]
    out = folder / (name if "." in name else f"a.{name}")
    argv += [*maps, "-c:v", "copy", "-c:s", codec, *options, str(out)]
    subprocess.run(argv, check=True, timeout=60, stdin=subprocess.DEVNULL)
    return out


def rows(cues: tuple[Cue, ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple((f"{float(cue.start_s):.1f}", f"{float(cue.end_s):.1f}", cue.text) for cue in cues)


@pytest.mark.parametrize("name", CODECS)
def test_text_tracks_become_captions(tmp_path: Path, ffmpeg: str, name: str) -> None:
    lost = " <3" if CODECS[name] == "webvtt" else ""  # ffmpeg itself writes it as a tag there
    texts = {"tha": THAI.replace(lost, ""), "eng": ENGLISH.replace(lost, "")}
    path = with_tracks(tmp_path, ffmpeg, name, CODECS[name], texts)
    facts = probe(path)
    assert [(track.language, track.is_text) for track in facts.subtitles] == [("tha", True), ("eng", True)]
    found = {captions.language: captions for captions in read_embedded(path, facts).captions}
    assert set(found) == {"th", "en"}
    assert rows(found["th"].cues) == tuple((*times, text.replace(lost, "")) for *times, text in EXPECTED)
    assert [cue.text for cue in found["en"].cues] == ["Hello <3".replace(lost, ""), "One line\nanother {x}"]


def test_times_are_the_clips_own(tmp_path: Path, ffmpeg: str) -> None:
    path = with_tracks(tmp_path, ffmpeg, "late.mkv", "srt", {"tha": THAI}, "-output_ts_offset", "100")
    facts = probe(path)
    assert facts.start_s == 100
    assert rows(read_embedded(path, facts).captions[0].cues) == EXPECTED


def test_without_a_language_the_text_tells(tmp_path: Path, ffmpeg: str) -> None:
    path = with_tracks(tmp_path, ffmpeg, "a.mkv", "srt", {"und": THAI})
    assert [captions.language for captions in read_embedded(path, probe(path)).captions] == ["th"]


def test_one_for_each_language_and_the_one_that_says_most(tmp_path: Path, ffmpeg: str) -> None:
    path = with_tracks(tmp_path, ffmpeg, "a.mkv", "srt", {"tha": THAI[: THAI.index("\n2\n")], "th": THAI},
                       "-disposition:s:0", "0", "-disposition:s:1", "0")  # fmt: skip
    found = read_embedded(path, probe(path)).captions
    assert [(captions.language, len(captions.cues)) for captions in found] == [("th", 2)]


def test_a_track_without_words_is_left_out_and_told(tmp_path: Path, ffmpeg: str) -> None:
    path = with_tracks(
        tmp_path, ffmpeg, "a.mkv", "srt", {"tha": THAI, "eng": "1\n00:00:00,100 --> 00:00:00,500\n<b></b>\n"}
    )
    read = read_embedded(path, probe(path))
    assert [captions.language for captions in read.captions] == ["th"]
    assert len(read.notes) == 1
    assert read.notes[0].th


def test_a_flood_of_cues_is_bounded(tmp_path: Path, ffmpeg: str) -> None:
    times = (f"00:{n // 60:02d}:{n % 60:02d}" for n in range(3000))
    cues = (f"{time},{part}00 --> {time},{part}90\nก\n" for time in times for part in range(2))
    flood = "".join(f"{n}\n{cue}\n" for n, cue in enumerate(cues))
    path = with_tracks(tmp_path, ffmpeg, "a.mkv", "srt", {"tha": flood})
    found = read_embedded(path, probe(path)).captions
    assert len(found[0].cues) == MOST_CUES


def test_chapters_are_no_captions(tmp_path: Path, ffmpeg: str) -> None:
    meta = tmp_path / "chapters.txt"
    meta.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=บทที่หนึ่ง\n", "utf-8")
    plain = make_clip(tmp_path / "plain.mp4", Spec(width=128, height=72, sound=None))
    path = tmp_path / "a.mov"
    argv = [ffmpeg, "-v", "error", "-i", str(plain), "-i", str(meta), "-map_metadata", "1", "-c", "copy", str(path)]
    subprocess.run(argv, check=True, timeout=60)
    assert probe(path).subtitles == ()


def test_pictures_of_text_are_not_read(tmp_path: Path, ffmpeg: str) -> None:
    path = with_tracks(tmp_path, ffmpeg, "a.mkv", "srt", {"tha": THAI})
    facts = probe(path)
    pictures = (SubtitleFacts(index=1, codec="hdmv_pgs_subtitle", language="tha", is_text=False),)
    assert read_embedded(path, facts.model_copy(update={"subtitles": pictures})) == ((), ())


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
@pytest.mark.parametrize("name", ["mkv", "mp4"])
def test_it_never_raises(tmp_path: Path, ffmpeg: str, name: str, share: float) -> None:
    path = with_tracks(tmp_path, ffmpeg, name, CODECS[name], {"tha": THAI})
    facts = probe(path)
    for found in read_embedded(truncate(path, share), facts).captions:
        assert all(0 <= cue.start_s < cue.end_s <= Fraction(2) for cue in found.cues)
    path.unlink()
    assert read_embedded(path, facts).captions == ()
