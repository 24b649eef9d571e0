from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.media.identity import CHUNK_BYTES, digest, safe_name

UNHURRIED = settings(deadline=None)

UNIQUE = "0123abcd"


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_a_digest_is_that_of_all_bytes(tmp_path: Path, size: int) -> None:
    path, data = tmp_path / "คลิป.bin", bytes(n % 251 for n in range(size))
    path.write_bytes(data)
    assert digest(path) == hashlib.sha256(data).hexdigest()


def test_what_is_not_there_has_no_digest(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        digest(tmp_path / "gone")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("IMG_0001", "IMG_0001"),
        ("day-1", "day-1"),
        ("a.b", "a.b"),
        ("ภาพถ่าย", f"x-{UNIQUE}"),
        ("ภาพ 01", f"01-{UNIQUE}"),
        ("my photo", f"my-photo-{UNIQUE}"),
        ("../../etc/passwd", f"etc-passwd-{UNIQUE}"),
        ("-rf", f"rf-{UNIQUE}"),
        (".hidden", f"hidden-{UNIQUE}"),
        ("a\n<b>", f"a-b-{UNIQUE}"),
        ("...", f"x-{UNIQUE}"),
        ("", f"x-{UNIQUE}"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert safe_name(text, UNIQUE) == name


@example("\ud800")
@example("a" * 61)
@UNHURRIED
@given(text=st.text(max_size=100))
def test_a_name_is_safe_everywhere(text: str) -> None:
    name = safe_name(text, UNIQUE)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name)
    assert len(name) <= 60 + len("-") + len(UNIQUE)
    assert name == text or name.endswith(f"-{UNIQUE}")


@UNHURRIED
@given(one=st.text(max_size=80), other=st.text(max_size=80))
def test_different_texts_keep_different_names(one: str, other: str) -> None:
    if one != other:
        assert safe_name(one, "11111111") != safe_name(other, "22222222")
