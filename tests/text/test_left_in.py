"""What other programs leave in the words of captions: tags, entities, breaks; and what only looks like it."""

from __future__ import annotations

import pytest
from caption_factory import codes, one, read, rows


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("กด <Enter> แล้ว <Somchai> พูด <1>", "กด <Enter> แล้ว <Somchai> พูด <1>"),
        ("ราคา <3 บาท", "ราคา <3 บาท"),
        ('<b>หนา</b> <font color="red">แดง</font>', "หนา แดง"),
        ("<c.yellow>ก</c> <00:00:01.500>ข", "ก ข"),
        ("บรรทัดหนึ่ง\\Nบรรทัดสอง", "บรรทัดหนึ่ง\nบรรทัดสอง"),
        ("A &amp; B &lt;C&gt;", "A & B <C>"),
    ],
)
def test_only_what_is_meant_for_a_program_goes(words: str, shown: str) -> None:
    assert rows(read(one(words), "a.srt")) == [(1.0, 2.0, shown)]


def test_tags_are_told_with_their_number() -> None:
    text = (
        one("<b>หนึ่ง</b>")
        + "\n"
        + "2\n00:00:03,000 --> 00:00:04,000\n{\\an8}สอง\n\n3\n00:00:05,000 --> 00:00:06,000\nสาม\n"
    )
    found = read(text, "a.srt")
    (told,) = [each for each in found.warnings if each.code == "captions-tags"]
    assert told.en.startswith("2 ")
    assert told.is_remark
    assert codes(read(one("สาม"), "a.srt")) == []


def test_missing_empty_lines_are_told() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nหนึ่ง\n2\n00:00:03,000 --> 00:00:04,000\nสอง\n"
    found = read(text, "a.srt")
    assert [row[2] for row in rows(found)] == ["หนึ่ง", "สอง"]
    assert codes(found) == ["captions-run-on"]


def test_a_cue_of_nothing_that_can_be_seen_is_none() -> None:
    text = one("\u200b\u200d\u2060") + "\n" + "2\n00:00:03,000 --> 00:00:04,000\nสอง\n"
    assert [row[2] for row in rows(read(text, "a.srt"))] == ["สอง"]


def test_a_mark_without_a_letter_is_seen() -> None:
    assert rows(read(one("\u0e34"), "a.srt")) == [(1.0, 2.0, "\u0e34")]
