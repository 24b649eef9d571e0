"""Every error crosses the queue, and every code has words for people in two languages."""

from __future__ import annotations

import ast
import json
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from kombu.serialization import dumps, loads

from pipeline import errors, reasons
from pipeline.errors import InputError, MachineError, MediaError, OurError, PresetError
from pipeline.reasons import WORDS, Reason, reason

ROOT = Path(__file__).resolve().parent.parent
RAISED = {"InputError", "MachineError", "OurError", "PresetError"}
TYPOGRAPHY = set("“”‘’×–−…≠≥·±")
SHOWS_THAI = {"captions-mojibake"}
SHOWS_BRACES = {"push-address"}
"""What the reader is to type has braces; elsewhere one is a blank that was not filled."""
"""Its English shows what garbled Thai looks like."""


def family(root: type[MediaError]) -> Iterator[type[MediaError]]:
    yield root
    for child in root.__subclasses__():
        yield from family(child)


def blanks(sentence: str) -> set[int]:
    """Return the numbers of the blanks; fails for a blank that is not a plain number."""
    names = [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]
    assert all(name.isdecimal() for name in names), sentence
    return {int(name) for name in names}


def needed(code: str) -> int:
    """Return how many values the words of ``code`` take."""
    return max((number + 1 for sentence in WORDS[code] for number in blanks(sentence)), default=0)


def is_thai(text: str) -> bool:
    return any("\u0e01" <= c <= "\u0e5b" for c in text)


FAMILY = tuple(family(MediaError))


def test_there_is_a_class_for_each_blame() -> None:
    assert set(FAMILY) >= {MediaError, InputError, MachineError, OurError, PresetError}
    for type_ in (InputError, MachineError, OurError, PresetError):
        assert type_.__mro__[1] is MediaError  # no blame is a kind of another: an except clause means one


@pytest.mark.parametrize("type_", FAMILY)
@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("index-missing", ()),
        ("cut-off", (62,)),
        ("tool-failed", ("ffmpeg", 1, "ว่า “x” \n")),
        ("too-large", (9000, 2.5, 8192)),
    ],
)
def test_an_error_arrives_as_it_left(type_: type[MediaError], code: str, values: tuple[str | float, ...]) -> None:
    left = type_(code, *values)
    content_type, encoding, body = dumps([type(left).__name__, left.args], serializer="json")  # type: ignore[no-untyped-call]  # no types
    name, args = loads(body, content_type, encoding, ["application/json"])  # type: ignore[no-untyped-call]  # as above
    for name_, args_ in ((name, args), json.loads(json.dumps([type(left).__name__, left.args]))):
        arrived = getattr(errors, name_)(*args_)
        assert type(arrived) is type_
        assert arrived.args == left.args
        assert (arrived.code, arrived.values, arrived.reason) == (left.code, left.values, left.reason)
        assert str(arrived) == str(left)


@pytest.mark.parametrize("type_", FAMILY)
def test_celery_itself_brings_an_error_across(type_: type[MediaError]) -> None:
    app = Celery(set_as_current=False, backend="cache+memory://")
    app.conf.update(result_serializer="json", accept_content=["json"])
    kept = json.loads(json.dumps(app.backend.prepare_exception(type_("cut-off", 62), serializer="json")))
    arrived = app.backend.exception_to_python(kept)
    assert type(arrived) is type_
    assert arrived.reason == reason("cut-off", 62)


def test_an_error_says_its_code_and_english() -> None:
    assert str(InputError("cut-off", 62)) == f"cut-off: {reason('cut-off', 62).en}"


def test_a_preset_error_carries_all_problems_this_one_first() -> None:
    others = (reason("preset-dates", "a.toml"), reason("preset-dates", "b.toml"))
    error = PresetError("presets-wrong", 2, others=others)
    assert error.reasons == (reason("presets-wrong", 2), *others)
    assert PresetError("folder-missing", "/x").reasons == (reason("folder-missing", "/x"),)


def test_an_unknown_code_or_a_missing_value_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        reason("no-such-code")
    with pytest.raises(IndexError):
        reason("cut-off")


def test_no_code_is_defined_twice() -> None:
    counted = Counter(code for table in reasons._TABLES for code in table)
    assert [code for code, times in counted.items() if times > 1] == []
    assert set(counted) == set(WORDS)


def test_no_code_is_written_twice_in_one_table() -> None:
    for path in sorted((ROOT / "pipeline" / "reasons").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Dict):
                keys = Counter(key.value for key in node.keys if isinstance(key, ast.Constant))
                assert [key for key, times in keys.items() if times > 1] == [], path.name


@pytest.mark.parametrize("code", sorted(WORDS))
def test_words_are_whole_in_both_languages(code: str) -> None:
    values = [f"<{n}>" for n in range(needed(code))]
    told = reason(code, *values)
    for sentence in (told.th, told.en):
        assert code in SHOWS_BRACES or not set("{}") & set(sentence)
        assert sentence == sentence.strip()
        assert "\n" not in sentence
    assert is_thai(told.th)
    foreign = {c for c in told.en if not c.isascii()} - TYPOGRAPHY
    assert not foreign if code not in SHOWS_THAI else all(is_thai(c) for c in foreign)
    # Every value is shown in at least one language; otherwise nobody would miss it.
    assert all(value in told.th + told.en for value in values)


@pytest.mark.parametrize("code", sorted(WORDS))
def test_codes_are_plain_and_reasons_survive_json(code: str) -> None:
    assert set(code) <= set(string.ascii_lowercase + string.digits + "-")
    told = reason(code, *range(needed(code)))
    assert Reason.model_validate_json(told.model_dump_json()) == told
    assert (told.say("th"), told.say("en")) == (told.th, told.en)


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call in the code that names a reason by a literal code."""
    for path in sorted([*(ROOT / "pipeline").rglob("*.py"), *(ROOT / "tasks").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in RAISED | {"reason"} and isinstance(node.args[0].value, str):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_whatever_the_code_says_has_words_and_all_their_values() -> None:
    wrong, seen = [], 0
    for where, call in calls():
        seen += 1
        assert isinstance(call.args[0], ast.Constant)
        code = str(call.args[0].value)
        if code not in WORDS:
            wrong.append(f"{where}: {code} has no words")
        elif not any(isinstance(value, ast.Starred) for value in call.args) and len(call.args) - 1 < needed(code):
            wrong.append(f"{where}: {code} takes {needed(code)} values")
    assert wrong == []
    assert seen > 100
