from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.dates import english_date_range, in_thai_digits, thai_date, thai_date_range


@pytest.mark.parametrize(
    ("first", "last", "in_thai", "in_english"),
    [
        (date(2022, 9, 27), date(2022, 9, 27), "27 กันยายน 2565", "27 September 2022"),
        (date(2022, 9, 27), date(2022, 9, 28), "27–28 กันยายน 2565", "27–28 September 2022"),
        (date(2022, 9, 30), date(2022, 10, 2), "30 กันยายน – 2 ตุลาคม 2565", "30 September – 2 October 2022"),
        (
            date(2022, 12, 31),
            date(2023, 1, 1),
            "31 ธันวาคม 2565 – 1 มกราคม 2566",
            "31 December 2022 – 1 January 2023",
        ),
    ],
)
def test_date_ranges(first: date, last: date, in_thai: str, in_english: str) -> None:
    assert thai_date_range(first, last) == in_thai
    assert english_date_range(first, last) == in_english
    assert thai_date_range(first, last, thai_digits=True) == in_thai_digits(in_thai)


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        thai_date_range(date(2022, 9, 28), date(2022, 9, 27))


def test_short_dates_in_thai_digits() -> None:
    assert thai_date(date(2022, 9, 5), short=True, thai_digits=True) == "๕ ก.ย. ๖๕"


@given(st.text(st.sampled_from("0123456789กขเ่ a.")))
def test_digits_go_both_ways_and_nothing_else_changes(text: str) -> None:
    thai = in_thai_digits(text)
    assert thai.translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")) == text
    assert not set(thai) & set("0123456789")
    assert [(a, b) for a, b in zip(text, thai, strict=True) if not a.isdigit() and a != b] == []
    assert [int(a) for a in text if a.isdigit()] == [int(b) for b in thai if b.isdigit()]
