"""What the team changes in the running order on site: the order file. Pure.

The operator page writes it and people may edit it by hand, so it says in Thai what it does. Whoever is named by mistake
is told of in the show's remarks and changes nothing.
"""

from __future__ import annotations

import tomllib
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError

from pipeline.errors import PresetError
from pipeline.noun import Noun

CHANGES_FILE = "order.toml"
"""In the output folder. It is the only file there that people write."""
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)]
"""Names an entry: the id of a partner, a clip or a card; ``id.2`` where a card comes a second time."""
_HEAD = """\
# ลำดับการออกอากาศที่ปรับหน้างาน แก้ด้วยมือหรือจากหน้า /air/ ก็ได้ มีผลในการทำงานรอบถัดไป ไม่แตะต้องไฟล์ที่ส่งเข้ามา
# What was changed in the running order on site. Edit by hand or on the page /air/.
#
# hold = พักคลิปไว้ก่อน ออกการ์ดแทน (the slate instead of the clip)   skip = ข้ามไป ไม่ออกเลย (left out)
# [[moves]] = ย้าย key ไปไว้ก่อน before ถ้าไม่มี before คือไปท้ายช่วง (without before: to the end of its session)
"""


class Move(Noun):
    """One entry goes elsewhere."""

    key: Key
    before: Key | None = None
    """The entry it comes before, in that one's session; None: to the end of its own session."""


class Changes(Noun):
    """What was changed, as it stands now. Moves are done one after the other."""

    hold: tuple[Key, ...] = ()
    skip: tuple[Key, ...] = ()
    moves: Annotated[tuple[Move, ...], Field(max_length=1000)] = ()

    def held(self, key: str) -> Changes:
        """Return the changes with a slate in place of that clip."""
        back = self.put_back(key)
        return back.model_copy(update={"hold": (*back.hold, key)})

    def skipped(self, key: str) -> Changes:
        """Return the changes with that entry left out."""
        back = self.put_back(key)
        return back.model_copy(update={"skip": (*back.skip, key)})

    def put_back(self, key: str) -> Changes:
        """Return the changes with that entry shown again. Its place stays as it is."""
        return self.model_copy(
            update={
                "hold": tuple(each for each in self.hold if each != key),
                "skip": tuple(each for each in self.skip if each != key),
            }
        )

    def moved(self, key: str, before: str | None) -> Changes:
        """Return the changes with that entry elsewhere. An earlier move is forgotten where nothing stands on it."""
        kept: list[Move] = []
        named: set[str | None] = {before}
        for move in reversed(self.moves):
            # "To the end of its session" stands on the move that brought it into that session.
            if move.key != key or key in named or before is None:
                kept.append(move)
            named.add(move.before)
        return self.model_copy(update={"moves": (*reversed(kept), Move(key=key, before=before))})


def read_changes(text: str) -> Changes:
    """Return what an order file says.

    Raises:
        PresetError: ``order-unreadable`` when it is not TOML, or says something else.

    """
    try:
        return Changes.model_validate(tomllib.loads(text.removeprefix("\ufeff")))
    except tomllib.TOMLDecodeError as error:
        raise PresetError("order-unreadable", CHANGES_FILE, str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PresetError("order-unreadable", CHANGES_FILE, f"{where}: {first['msg']}") from error


def changes_text(changes: Changes) -> str:
    """Return the order file. Keys are ASCII, so TOML's quoting is never needed for them."""
    lines = [f"{name} = [{', '.join(_quoted(key) for key in keys)}]" for name, keys in _lists(changes)]
    for move in changes.moves:
        lines += ["", "[[moves]]", f"key = {_quoted(move.key)}"]
        lines += [f"before = {_quoted(move.before)}"] if move.before else []
    return _HEAD + "\n" + "\n".join(lines) + "\n"


def _lists(changes: Changes) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("hold", changes.hold), ("skip", changes.skip)


def _quoted(key: str) -> str:
    """Return a key as a TOML string."""
    return f'"{key}"'
