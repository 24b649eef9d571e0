"""``NAME.toml`` beside a file: what the media team knows better than the file does. Pure."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from pipeline.errors import InputError
from pipeline.noun import Noun
from pipeline.preset.fields import Id, Text

Seconds = Annotated[
    Fraction, BeforeValidator(lambda value: str(value) if isinstance(value, float) else value), Field(ge=0)
]


class Sidecar(Noun):
    """What overrides a file's own facts. Everything may be left out."""

    title: Text | None = None
    partner: Id | None = None
    theme: Id | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] | None = None
    approve_draft: bool = False
    """Whether captions that a machine drafted were read through, and are used like any other."""
    trim_in_s: Seconds | None = None
    trim_out_s: Seconds | None = None
    order: int | None = None
    caption: Annotated[str, Field(max_length=2000)] | None = None
    alt: Annotated[str, Field(max_length=1000)] | None = None


def read_sidecar(data: bytes) -> Sidecar:
    """Return the sidecar in ``data``.

    Raises:
        InputError: ``sidecar-broken`` with what is wrong.

    """
    try:
        return Sidecar.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("sidecar-broken", str(error)) from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, row['loc']))}: {row['msg']}" for row in error.errors())
        raise InputError("sidecar-broken", wrong) from error
