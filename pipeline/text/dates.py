"""Days as Thai and English readers write them, and Thai digits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

BUDDHIST_ERA_YEARS = 543
"""The Thai calendar counts 543 years more than the common era."""
MONTHS = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)
SHORT_MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def in_thai_digits(text: str) -> str:
    """Return ``text`` with 0–9 as ๐–๙. For what people read: ids, times and file names keep 0–9."""
    return text.translate(_THAI_DIGITS)


def thai_date(day: date, *, short: bool = False, thai_digits: bool = False) -> str:
    """Return a day as Thai readers write it, in the Buddhist era: ``27 กันยายน 2565``, short ``27 ก.ย. 65``.

    ``thai_digits`` writes ``๒๗ กันยายน ๒๕๖๕``.
    """
    year = day.year + BUDDHIST_ERA_YEARS
    text = f"{day.day} {SHORT_MONTHS[day.month - 1]} {year % 100:02d}" if short else _date(day, MONTHS, year)
    return in_thai_digits(text) if thai_digits else text


def thai_date_range(first: date, last: date, *, thai_digits: bool = False) -> str:
    """Return two days and those between: ``27–28 กันยายน 2565``, ``30 กันยายน – 2 ตุลาคม 2565``.

    Raises:
        ValueError: ``last`` is before ``first``.

    """
    text = _date_range(first, last, MONTHS, BUDDHIST_ERA_YEARS)
    return in_thai_digits(text) if thai_digits else text


def english_date_range(first: date, last: date) -> str:
    """Return two days and those between, in the common era: ``27–28 September 2022``.

    Raises:
        ValueError: ``last`` is before ``first``.

    """
    return _date_range(first, last, ENGLISH_MONTHS, 0)


def _date(day: date, months: Sequence[str], year: int) -> str:
    return f"{day.day} {months[day.month - 1]} {year}"


def _date_range(first: date, last: date, months: Sequence[str], era_years: int) -> str:
    """Return the range, saying the month and the year only once where both days share them."""
    if last < first:
        message = f"{last} is before {first}"
        raise ValueError(message)
    end = _date(last, months, last.year + era_years)
    if first == last:
        return end
    if first.year != last.year:
        return f"{_date(first, months, first.year + era_years)} – {end}"
    if first.month != last.month:
        return f"{first.day} {months[first.month - 1]} – {end}"
    return f"{first.day}–{end}"
