from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from photo_factory import plan
from pydantic import ValidationError

from pipeline.photo.plan import fit, plan_photo
from pipeline.preset.model import PhotoOutput, PhotoSize

side = st.integers(1, 30_000)


@given(width=side, height=side, edge=st.integers(1, 5000))
def test_fit_never_enlarges_and_keeps_the_shape(width: int, height: int, edge: int) -> None:
    fitted = fit(width, height, edge)
    assert max(fitted) == min(edge, max(width, height))
    assert min(fitted) >= 1
    for side_px, fitted_px in zip((width, height), fitted, strict=True):
        exact = side_px * min(1, edge / max(width, height))
        assert abs(fitted_px - max(1, exact)) <= 0.5 + 1e-9


@given(width=side, height=side, edge=st.integers(1, 5000))
def test_fit_commutes_with_turning(width: int, height: int, edge: int) -> None:
    assert fit(width, height, edge)[::-1] == fit(height, width, edge)


@given(width=side, height=side)
def test_sizes_are_in_cascade_order(width: int, height: int) -> None:
    sizes = list(plan().pixel_sizes(width, height).items())
    assert [name for name, _ in sizes] == ["big", "thumb"]
    assert all(a >= b for a, b in zip(sizes[0][1], sizes[1][1], strict=True))


def test_plan_holds_what_the_preset_says() -> None:
    output = PhotoOutput(
        kind="photo",
        id="photo",
        sizes=(PhotoSize(name="thumb", long_edge_px=320), PhotoSize(name="2048", long_edge_px=2048)),
        jpeg_quality=82,
        webp_quality=80,
        webp_method=2,
    )
    made = plan_photo("day-1", "P0001", output)
    assert [made.file_name(size.name, "webp") for size in made.largest_first()] == [
        "P0001-2048.webp",
        "P0001-thumb.webp",
    ]
    assert (made.jpeg_quality, made.webp_quality, made.webp_method) == (82, 80, 2)


@pytest.mark.parametrize("name", ["", "-p", ".p", "a b", "ภาพ", "a/b", "../a", "a\n"])
def test_unsafe_names_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        plan(name=name)
