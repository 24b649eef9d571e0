"""Which streams a real file has and which of them are used; what is protected, broken or absurd."""

from __future__ import annotations

import struct
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import pytest
from media_factory import Sound, Spec, make_clip, make_photo

from pipeline.errors import InputError
from pipeline.media.boxes import matroska_dolby_vision, tracks
from pipeline.media.choose import heard
from pipeline.media.probe import probe
from pipeline.video.cautions import warnings

TINY = Spec(width=128, height=72, seconds=Fraction(1, 2))
KEY = "0123456789abcdef0123456789abcdef"


def run(ffmpeg: str, *argv: str) -> None:
    subprocess.run([ffmpeg, "-v", "error", "-y", *argv], check=True, timeout=60, stdin=subprocess.DEVNULL)


def codes(path: Path) -> set[str]:
    return {told.code for told in warnings(probe(path))} - {"low-resolution", "very-short"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("plain") / "a.mp4", TINY)


@pytest.mark.parametrize("container", ["mp4", "mkv"])
def test_of_several_sounds_the_default_and_then_the_language(
    tmp_path: Path, ffmpeg: str, plain: Path, container: str
) -> None:
    surround = make_clip(tmp_path / "6.mp4", Spec(width=128, height=72, sound=Sound(channels=6)))
    both = ["-i", str(plain), "-i", str(surround), "-map", "0:v", "-map", "0:a", "-map", "1:a", "-c", "copy"]
    both += ["-metadata:s:a:0", "language=tha", "-metadata:s:a:1", "language=eng"]
    marked, unmarked = tmp_path / f"marked.{container}", tmp_path / f"unmarked.{container}"
    run(ffmpeg, *both, "-disposition:a:0", "0", "-disposition:a:1", "default", str(marked))
    run(ffmpeg, *both, "-disposition:a", "default", str(unmarked))
    for path, index in ((marked, 2), (unmarked, 1)):
        facts = heard(probe(path), (("tha", "th"), ("eng", "en")))
        assert facts.audio is not None
        assert (facts.audio.index, facts.audio_streams, len(facts.sounds)) == (index, 2, 2)
        told = {each.code: each.en for each in warnings(facts)}
        assert f"number {index} is used" in told["several-audio"]
        assert abs(facts.duration_s - max(facts.video.end_s, facts.audio.end_s)) < Fraction(1, 10)
    assert {sound.language for sound in probe(unmarked).sounds} == {"tha", "eng"}


def test_sound_that_cannot_be_decoded_counts_as_none(tmp_path: Path, plain: Path) -> None:
    data = bytearray(plain.read_bytes())
    with av.open(str(plain)) as container:
        stream = container.streams.audio[0]
        for packet in container.demux(stream):
            if packet.size and packet.pos is not None:
                data[packet.pos : packet.pos + packet.size] = b"\xff" * packet.size
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    facts = probe(path)
    assert (facts.audio, facts.audio_streams, facts.broken_sounds) == (None, 1, 1)
    assert codes(path) == {"audio-broken", "silence-added"}


def test_a_cover_is_no_second_video(tmp_path: Path, ffmpeg: str, plain: Path) -> None:
    cover = make_photo(tmp_path / "cover.jpg", (640, 640))
    path = tmp_path / "a.mp4"
    run(ffmpeg, "-i", str(plain), "-i", str(cover), "-map", "1:v", "-map", "0", "-c", "copy", "-disposition:v:0",
        "attached_pic", str(path))  # fmt: skip
    facts = probe(path)
    assert facts.video_streams == 1
    assert facts.video.coded_width_px == 128
    assert codes(path) == set()


def test_of_several_videos_the_longest(tmp_path: Path, ffmpeg: str) -> None:
    short = make_clip(tmp_path / "short.mkv", Spec(width=256, height=144, seconds=Fraction(1, 2), container="mkv"))
    long = make_clip(tmp_path / "long.mkv", Spec(width=192, height=108, seconds=Fraction(2), container="mkv"))
    path = tmp_path / "a.mkv"
    run(ffmpeg, "-i", str(short), "-i", str(long), "-map", "0:v", "-map", "1:v", "-map", "1:a", "-c", "copy",
        "-disposition:v", "0", str(path))  # fmt: skip
    facts = probe(path)
    assert (facts.video_streams, facts.video.index, facts.video.coded_width_px) == (2, 1, 192)
    assert codes(path) == {"several-video"}


def test_encrypted_video_is_refused(tmp_path: Path, ffmpeg: str, plain: Path) -> None:
    path = tmp_path / "a.mp4"
    run(ffmpeg, "-i", str(plain), "-c", "copy", "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", KEY,
        "-encryption_kid", KEY, str(path))  # fmt: skip
    with pytest.raises(InputError) as raised:
        probe(path)
    assert raised.value.code == "encrypted"


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def test_a_licence_beside_clear_tracks_is_no_encryption(tmp_path: Path, plain: Path) -> None:
    data = plain.read_bytes()
    at = data.index(b"moov") - 4
    size = int.from_bytes(data[at : at + 4], "big")
    assert at + size == len(data)  # the index is at the end, so nothing after it moves
    pssh = box(b"pssh", bytes(4) + bytes(range(16)) + bytes(4))
    path = tmp_path / "a.mp4"
    path.write_bytes(data[:at] + struct.pack(">I", size + len(pssh)) + data[at + 4 :] + pssh)
    assert probe(path) == probe(plain)


def moov(entry: bytes, *entries: bytes) -> bytes:
    """Return the content of an index with one track of these sample entries."""
    table = box(b"stsd", bytes(4) + struct.pack(">I", 1 + len(entries)) + entry + b"".join(entries))
    tkhd = box(b"tkhd", bytes(12) + struct.pack(">I", 7) + bytes(68))
    return box(b"mvhd", bytes(100)) + box(b"trak", tkhd + box(b"mdia", box(b"minf", box(b"stbl", table))))


def sinf(scheme: bytes, *, protected: bool) -> bytes:
    tenc = box(b"tenc", bytes(4) + bytes([0, 0, int(protected), 8]) + bytes(16))
    return box(b"sinf", box(b"frma", b"avc1") + box(b"schm", bytes(4) + scheme + bytes(4)) + box(b"schi", tenc))


@pytest.mark.parametrize(
    ("entry", "encrypted", "profile"),
    [
        (box(b"avc1", bytes(78)), False, None),
        (box(b"encv", bytes(78) + sinf(b"cenc", protected=True)), True, None),
        (box(b"avc1", bytes(78) + sinf(b"cbcs", protected=True)), True, None),
        (box(b"encv", bytes(78) + sinf(b"cenc", protected=False)), False, None),
        (box(b"drms", bytes(28)), True, None),
        (box(b"hvc1", bytes(78) + box(b"dvcC", bytes([1, 0, 8 << 1, 0x25]) + bytes(20))), False, 8),
        (box(b"dvh1", bytes(78) + box(b"dvcC", bytes([1, 0, 5 << 1, 0x25]) + bytes(20))), False, 5),
        (box(b"dvhe", bytes(78)), False, 5),
        (box(b"hvc1", b"dvcC" + bytes(74)), False, None),
    ],
)
def test_what_the_sample_entries_say(entry: bytes, encrypted: bool, profile: int | None) -> None:  # noqa: FBT001 - stated truth
    found = tracks(moov(entry, box(b"avc1", bytes(78))))
    assert len(found) == 1
    assert (found[0].id, found[0].encrypted, found[0].dolby_vision) == (7, encrypted, profile)


def test_boxes_that_lie_are_no_trouble() -> None:
    good = moov(box(b"encv", bytes(78) + sinf(b"cenc", protected=True)))
    for n in range(0, len(good), 3):
        for value in (0, 1, 0x7F, 0xFF):
            broken = good[:n] + bytes([value]) + good[n + 1 :]
            assert len(tracks(broken)) <= 1
            assert len(tracks(broken[:n])) <= 1


def test_dolby_vision_in_matroska() -> None:
    mapping = b"\x41\xe7\x84dvcC" + b"\x41\xed\x98" + bytes([1, 0, 5 << 1, 0x25]) + bytes(20)
    assert matroska_dolby_vision(b"\x1a\x45\xdf\xa3" + bytes(100) + mapping) == 5
    assert matroska_dolby_vision(b"\x1a\x45\xdf\xa3" + bytes(200)) is None
    assert matroska_dolby_vision(mapping[:9]) is None


@pytest.mark.parametrize(("sar", "aspect"), [("100/1", 1), ("1/40", 1), ("4/3", Fraction(4, 3)), ("2/1", 2)])
def test_an_absurd_pixel_aspect_is_ignored(tmp_path: Path, ffmpeg: str, sar: str, aspect: Fraction) -> None:
    path = tmp_path / "a.mkv"
    run(ffmpeg, "-f", "lavfi", "-i", "testsrc=s=480x360:d=1", "-vf", f"setsar={sar}", "-c:v", "libx264", "-preset",
        "ultrafast", str(path))  # fmt: skip
    assert probe(path).video.pixel_aspect == aspect
    assert ("odd-pixels" in codes(path)) is (aspect == 1)


TAGS = "setparams=color_primaries={}:color_trc={}:colorspace={}"


@pytest.mark.parametrize(
    ("primaries", "transfer", "matrix", "kind"),
    [
        ("bt2020", "smpte2084", "bt2020nc", "pq"),
        ("bt2020", "arib-std-b67", "bt2020nc", "hlg"),
        ("bt2020", "unknown", "bt2020nc", "sdr"),
        ("bt2020", "bt2020-10", "bt2020nc", "sdr"),
    ],
)
def test_ten_bits_alone_are_no_hdr(
    tmp_path: Path, ffmpeg: str, primaries: str, transfer: str, matrix: str, kind: str
) -> None:
    path = tmp_path / "a.mp4"
    run(ffmpeg, "-f", "lavfi", "-i", "testsrc=s=480x360:d=0.2", "-vf",
        "format=yuv420p10le," + TAGS.format(primaries, transfer, matrix), "-c:v", "libx265", "-preset", "ultrafast",
        "-x265-params", "log-level=error:max-cll=1200,300:hdr10=1", str(path))  # fmt: skip
    video = probe(path).video
    assert (video.transfer, video.pix_fmt, video.color_primaries) == (kind, "yuv420p10le", "bt2020")


def test_the_frames_colours_win_over_the_containers(tmp_path: Path, ffmpeg: str) -> None:
    plain, path = tmp_path / "plain.mp4", tmp_path / "a.mp4"
    run(ffmpeg, "-f", "lavfi", "-i", "testsrc=s=480x360:d=0.2", "-vf", TAGS.format("bt2020", "smpte2084", "bt2020nc"),
        "-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+write_colr", str(plain))  # fmt: skip
    data = plain.read_bytes()
    at = data.index(b"colrnclx")
    path.write_bytes(data[: at + 8] + struct.pack(">3H", 1, 1, 1) + data[at + 14 :])
    assert probe(path).video.transfer == "pq"


def test_an_old_files_rotation_tag_counts(tmp_path: Path, ffmpeg: str) -> None:
    plain = make_clip(tmp_path / "plain.mkv", Spec(width=128, height=72, sound=None, container="mkv"))
    for tag, turned, ignored in (("90", 90, False), ("-90", 270, False), ("37", 0, True), ("up", 0, True)):
        path = tmp_path / f"{tag}.mkv"
        run(ffmpeg, "-i", str(plain), "-c", "copy", "-metadata:s:v", f"rotate={tag}", str(path))
        video = probe(path).video
        assert (video.rotation_deg, video.matrix_ignored) == (turned, ignored)


@pytest.mark.parametrize("channels", range(1, 9))
@pytest.mark.parametrize("rate_hz", [8000, 44100, 192_000])
def test_all_channels_and_rates(tmp_path: Path, ffmpeg: str, plain: Path, channels: int, rate_hz: int) -> None:
    raw, path = tmp_path / "a.raw", tmp_path / "a.mov"
    raw.write_bytes(bytes(2 * channels * rate_hz // 2))
    run(ffmpeg, "-i", str(plain), "-f", "s16le", "-ar", str(rate_hz), "-ch_layout", f"{channels} channels", "-i",
        str(raw), "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "pcm_s16le", str(path))  # fmt: skip
    audio = probe(path).audio
    assert audio is not None
    assert (audio.channels, audio.sample_rate_hz) == (channels, rate_hz)
    assert abs(audio.end_s - audio.start_s - Fraction(1, 2)) < Fraction(1, 50)
    assert ("downmixed" in codes(path)) is (channels > 2)


def test_a_sound_track_without_any_sound(tmp_path: Path, plain: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(plain)) as old, av.open(str(path), "w") as new:
        video = new.add_stream_from_template(old.streams.video[0])
        new.add_stream_from_template(old.streams.audio[0])
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = video
                new.mux(packet)
    facts = probe(path)
    assert (facts.audio, facts.audio_streams, facts.broken_sounds) == (None, 1, 1)
    assert codes(path) == {"audio-broken", "silence-added"}


def test_a_duration_that_lies_is_not_believed(tmp_path: Path, plain: Path) -> None:
    data = bytearray(plain.read_bytes())
    for kind, at in ((b"mvhd", 16), (b"mdhd", 16), (b"tkhd", 20)):
        place = data.index(kind) + 4 + at
        data[place : place + 4] = struct.pack(">I", 0x7FFFFFF0)
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    honest, found = probe(plain), probe(path)
    assert abs(found.duration_s - honest.duration_s) < Fraction(1, 20)
    assert found.video.frames == honest.video.frames


def test_only_damage_that_shows_is_told(tmp_path: Path) -> None:
    spec = Spec(width=320, height=180, container="ts", sound=None)
    data = make_clip(tmp_path / "plain.ts", spec).read_bytes()
    packets = [data[at : at + 188] for at in range(0, len(data), 188)]
    pictures = [n for n, packet in enumerate(packets) if packet[1] & 0x1F == 1]  # of stream 0x100
    lost, path = pictures[len(pictures) // 2], tmp_path / "a.ts"
    path.write_bytes(b"".join(packets[:lost] + packets[lost + 1 :]))
    assert "damaged" in codes(path)
    path.write_bytes(b"".join(packets[: pictures[-2]]))  # a recording that stops in the middle of a frame
    assert "damaged" not in codes(path)
