"""A long clip encoded in parts is the clip encoded in one go: frame by frame, and no seam shows."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from media_factory import Spec, frame_number, frames, make_clip
from test_plan import BOOK, plan

from pipeline.errors import OurError
from pipeline.media.probe import probe
from pipeline.text.cues import Captions, Cue
from pipeline.video import render as verbs
from pipeline.video.meter import Bench
from pipeline.video.picture import pictures
from pipeline.video.plan import ClipPlan, parts
from pipeline.video.render import Rendered, render_air, render_part

NINE = Fraction(9)
SPECS = {
    "film": Spec(seconds=NINE, frame_rate=Fraction(24)),
    "twice-the-rate": Spec(width=256, height=144, seconds=Fraction(7), frame_rate=Fraction(60)),
    "variable": Spec(seconds=NINE, frame_rate=Fraction(12), vfr=True),
    "late": Spec(seconds=NINE, frame_rate=Fraction(30000, 1001), start_s=Fraction(2), container="mkv"),
    "interlaced": Spec(height=192, seconds=NINE, frame_rate=Fraction(25), interlaced=True),
}
CAPTIONS = (Captions(language="th", cues=(Cue(start_s=Fraction(0), end_s=NINE, text="ที่นี่มีน้ำใจ"),)),)
CALM_SEAM = 0.5
"""Mean difference in grey levels, of 255: two encodes of the same frame differ by about 0.2."""


def small_plan(source: Path) -> ClipPlan:
    house = BOOK.house.model_copy(update={"parts_from_s": 5, "part_frames": 300})
    sizes = [{"width_px": each.width_px // 4, "height_px": each.height_px // 4} for each in BOOK.videos]
    videos = tuple(each.model_copy(update=size) for each, size in zip(BOOK.videos, sizes, strict=True))
    return plan(probe(source), BOOK.model_copy(update={"house": house, "videos": videos}), captions=CAPTIONS)


def render(made: ClipPlan, source: Path, folder: Path, ffmpeg: str) -> tuple[Rendered, Rendered]:
    """Return the clip made in one go, and joined from its parts."""
    desks = {name: folder / name for name in ("whole", "joined", *(f"part{n}" for n in range(len(parts(made)))))}
    for desk in desks.values():
        desk.mkdir()
    benches = {name: Bench(source, desk, ffmpeg, lambda _: None) for name, desk in desks.items()}
    for n, span in enumerate(parts(made)):
        files = render_part(made, span, benches[f"part{n}"])
        assert set(files) == {"air-1080p.picture.mp4", "air-720p.picture.mp4", "seen.txt"}
    folders = [desks[f"part{n}"] for n in range(len(parts(made)))]
    return render_air(made, benches["whole"]), render_air(made, benches["joined"], folders)


@pytest.mark.parametrize("name", SPECS)
def test_parts_join_without_a_seam(name: str, tmp_path: Path, ffmpeg: str) -> None:
    source = make_clip(tmp_path / "source.bin", SPECS[name])
    made = small_plan(source)
    assert len(parts(made)) >= 2
    whole, joined = render(made, source, tmp_path, ffmpeg)
    assert joined.facts["air-1080p"].parameter_sets_sha256 == whole.facts["air-1080p"].parameter_sets_sha256
    assert [told.code for told in joined.warnings] == [told.code for told in whole.warnings]
    pairs = list(zip(frames(whole.files["air-1080p"]), frames(joined.files["air-1080p"]), strict=True))
    assert len(pairs) == made.frames
    for n, (one, other) in enumerate(pairs):
        apart = np.abs(np.asarray(one.convert("L"), float) - np.asarray(other.convert("L"), float)).mean()
        assert apart < CALM_SEAM, n
        if n > made.lead_frames:
            assert frame_number(one) == frame_number(other), n


def test_a_broken_off_part_keeps_no_promise(tmp_path: Path, ffmpeg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_clip(tmp_path / "source.mp4", SPECS["film"])
    made = small_plan(source)
    span = parts(made)[1]
    shorter = span.model_copy(update={"frames": span.frames - 60})
    real = pictures
    monkeypatch.setattr(
        verbs,
        "pictures",
        lambda plan, _, path, thirds, shown: real(plan, shorter, path, thirds, dict.fromkeys(shown, shorter)),
    )
    with pytest.raises(OurError) as raised:
        render_part(made, span, Bench(source, tmp_path, ffmpeg, lambda _: None))
    assert raised.value.code == "promise-broken"
