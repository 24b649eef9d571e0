"""The base of every noun: frozen, strict about its fields, JSON in and out.

A noun is a value that several modules pass around or that is kept on disk. Nouns hold no behaviour that
touches the world. Pydantic writes ``Fraction`` as ``"30/1"``-like text, so exact times survive JSON.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """A frozen value. Unknown fields are errors, so that a misspelt key never passes silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")
