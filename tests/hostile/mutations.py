"""Damages files in the ways that copying, recording and malice do, the same each time for the same number."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

MOST_BYTES = 1_500_000
_HEAD_BYTES = 4096
_TAIL_BYTES = 65536
"""Where an MP4's index lies that was not made for the web."""

Mutation = Callable[[bytes, bytes, random.Random], bytes]


def _flip(data: bytes, count: int, begin: int, end: int, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(count):
        if end > begin:
            changed[dice.randrange(begin, end)] = dice.randrange(256)
    return bytes(changed)


def _flip_anywhere(data: bytes, _: bytes, dice: random.Random) -> bytes:
    return _flip(data, dice.choice((1, 10, 100, 1 + len(data) // 1000)), 0, len(data), dice)


def _flip_head(data: bytes, _: bytes, dice: random.Random) -> bytes:
    return _flip(data, dice.choice((1, 4, 16)), 0, min(len(data), _HEAD_BYTES), dice)


def _flip_tail(data: bytes, _: bytes, dice: random.Random) -> bytes:
    return _flip(data, dice.choice((1, 4, 16, 64)), max(0, len(data) - _TAIL_BYTES), len(data), dice)


def _flip_most(data: bytes, _: bytes, dice: random.Random) -> bytes:
    return _flip(data, len(data) // 20, min(len(data), _HEAD_BYTES), len(data), dice)


def _cut(data: bytes, _: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(1, len(data) + 1)]


def _lose(data: bytes, _: bytes, dice: random.Random) -> bytes:
    begin = dice.randrange(len(data))
    return data[:begin] + data[begin + dice.randrange(1, 5000) :]


def _blank(data: bytes, _: bytes, dice: random.Random) -> bytes:
    begin, length = dice.randrange(len(data)), dice.randrange(1, 20000)
    return data[:begin] + bytes([dice.choice((0, 255))]) * min(length, len(data) - begin) + data[begin + length :]


def _repeat(data: bytes, _: bytes, dice: random.Random) -> bytes:
    begin, length = dice.randrange(len(data)), dice.randrange(1, 20000)
    return data[: begin + length] + data[begin:]


def _splice(data: bytes, other: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(1, len(data) + 1)] + other[dice.randrange(len(other)) :]


MUTATIONS: Sequence[Mutation] = (
    _flip_anywhere, _flip_head, _flip_tail, _flip_most, _cut, _lose, _blank, _repeat, _splice,
)  # fmt: skip


def mutated(sources: Sequence[bytes], number: int) -> tuple[int, str, bytes]:
    """Return which source was damaged, how, and the damaged bytes."""
    dice = random.Random(number)  # noqa: S311 - damage, not a secret
    chosen, other = dice.randrange(len(sources)), dice.randrange(len(sources))
    mutation = MUTATIONS[number % len(MUTATIONS)]
    return chosen, mutation.__name__.strip("_"), mutation(sources[chosen], sources[other], dice)
