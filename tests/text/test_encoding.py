from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.text.encoding import decode

CUE = "1\n00:00:01,000 --> 00:00:02,000\nสวัสดีครับ\n"
THAI_WORDS = st.lists(st.sampled_from(["สวัสดี", "น้ำ", "ที่", "เก้าอี้", "ผู้ใหญ่", "เธอ", "เนื้อ", "ไป", "OK", "31"]), min_size=2)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp874", "tis-620", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_one_cue_reads_the_same_from_every_encoding_of_thai(encoding: str) -> None:
    found = decode(CUE.encode(encoding))
    assert found.text == CUE
    codes = found.warning and found.warning.code
    assert codes == (None if encoding.startswith("utf-8") else "captions-converted")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Café déjà vu", "cp1252"),
        ("Árbol, Ñandú, ÁRBOL", "cp1252"),
        ("Привет, как дела?", "cp1251"),
        ("안녕하세요 반갑습니다", "euc-kr"),
        ("字幕测试你好", "gbk"),
        ("字幕テスト", "shift-jis"),
        (CUE, "utf-32-be"),
    ],
)
def test_what_is_not_certain_is_refused_rather_than_guessed(text: str, encoding: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(text.encode(encoding))
    assert caught.value.code == "captions-encoding"


@pytest.mark.parametrize("wrongly", ["cp874", "cp1252", "latin-1"])
def test_garbled_thai_saved_as_utf8_is_refused_with_words(wrongly: str) -> None:
    garbled = CUE.encode().decode(wrongly, "replace")
    with pytest.raises(InputError) as caught:
        decode(garbled.encode())
    assert caught.value.code == "captions-mojibake"
    assert "UTF-8" in caught.value.reason.th


def test_letters_lost_as_question_marks_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        decode(("1\n00:00:01,000 --> 00:00:02,000\n" + "?" * 30).encode())
    assert caught.value.code == "captions-mojibake"


@pytest.mark.parametrize("text", ["เธอ เธอ เธอ", "เนย เนื้อ เน้น เนตร เธอ", "à votre santé: à ¸"])
def test_real_words_that_look_like_garble_are_kept(text: str) -> None:
    assert decode(text.encode()).text == text


@pytest.mark.parametrize("cut", [1, 2])
def test_utf8_cut_inside_its_last_character_keeps_what_is_whole(cut: int) -> None:
    found = decode(CUE.strip().encode()[:-cut])
    assert found.text == CUE.strip()[:-1]
    assert found.warning is not None
    assert found.warning.code == "captions-cut"


def test_nuls_left_by_a_crashed_copy_are_a_cut() -> None:
    found = decode(CUE.encode() + b"\0" * 512)
    assert found.text == CUE
    assert found.warning is not None
    assert found.warning.code == "captions-cut"


def test_a_stray_nul_does_not_turn_the_file_into_another_script() -> None:
    with pytest.raises(InputError):
        decode(CUE.encode() + b"\0" + CUE.encode())


@given(THAI_WORDS)
def test_thai_words_survive_windows_874_and_utf8(words: list[str]) -> None:
    text = "00:00:01 " + " ".join(words)
    assert decode(text.encode("cp874")).text == text
    assert decode(text.encode()).text == text


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        assert "\0" not in decode(data).text
    except InputError as error:
        assert error.code in {"captions-encoding", "captions-mojibake"}  # noqa: PT017 - both outcomes are right


@pytest.mark.parametrize(
    "data",
    [
        "สวัสดี\n".encode() + "ขอบคุณมาก\n".encode("cp874"),
        "ขอบคุณมาก\n".encode("cp874") * 20 + "สาระ\n".encode(),  # whose bytes are all letters of Windows-874 too
        b"\xef\xbb\xbf" + CUE.encode("cp874"),  # the mark of UTF-8 before what is not
    ],
)
def test_mixed_encodings_are_refused_with_words(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        decode(data)
    assert caught.value.code == "captions-mixed"
    assert "UTF-8" in caught.value.reason.th


@pytest.mark.parametrize("wrongly", ["cp874", "cp1252", "latin-1", "mac-roman"])
def test_one_garbled_cue_among_good_ones_is_refused(wrongly: str) -> None:
    garbled = "สวัสดีครับทุกท่าน".encode().decode(wrongly, "replace")
    if wrongly == "cp874":
        with pytest.raises(InputError) as caught:
            decode((CUE * 50 + garbled).encode())
    else:
        with pytest.raises(InputError) as caught:
            decode((CUE.replace("สวัสดีครับ", garbled)).encode())
    assert caught.value.code == "captions-mojibake"


def test_windows_874_saved_as_western_letters_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        decode(CUE.encode("cp874").decode("latin-1").encode())
    assert caught.value.code == "captions-mojibake"


@pytest.mark.parametrize(
    "text",
    ["Größe, Süßwasser, Straße", "¡Qué más! Ñandú, África", "ÉÈÊË", "Привет, как дела? Спасибо большое", "字幕テスト"],
)
def test_other_languages_in_utf8_are_kept(text: str) -> None:
    assert decode(text.encode()).text == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp874", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_with_every_end_of_line_reads_the_same(encoding: str, end: str) -> None:
    text = CUE.replace("\n", end)
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("word", ["แพง", "เพช", "โกก", "เธอ", "เนต", "แพทย์"])
def test_short_words_in_windows_874_that_could_be_utf8_are_no_mixture(word: str) -> None:
    text = CUE + word + "\n" + CUE
    assert decode(text.encode("cp874")).text == text
