"""How the time of one cue is shared by the pages it is shown in. Pure; whole milliseconds, as caption files count."""

from __future__ import annotations

from collections.abc import Sequence


def shared_ms(
    length_ms: int, weights: Sequence[int], gap_ms: int, least_ms: int, most_ms: int
) -> list[tuple[int, int]]:
    """Return start and end of each page within ``length_ms``, in proportion to its weight, a gap between two.

    No page is shorter than ``least_ms`` or longer than ``most_ms`` while the time allows: with too little of it, all
    get the same; with too much, all keep the proportion.

    Args:
        length_ms: at least one millisecond for each page, besides the gaps.
        weights: of the pages, each above 0.
        gap_ms: between two pages.
        least_ms: the shortest that a page should be.
        most_ms: the longest that a page should be.

    """
    shown_ms = length_ms - gap_ms * (len(weights) - 1)
    if shown_ms < least_ms * len(weights):
        least_ms = shown_ms // len(weights)
    if shown_ms > most_ms * len(weights):
        most_ms = shown_ms
    spans: list[tuple[int, int]] = []
    start_ms = 0
    for page_ms in _lengths_ms(shown_ms, weights, least_ms, most_ms):
        spans.append((start_ms, start_ms + page_ms))
        start_ms += page_ms + gap_ms
    return spans


def _lengths_ms(total_ms: int, weights: Sequence[int], least_ms: int, most_ms: int) -> list[int]:
    """Return parts of ``total_ms`` by weight, those beyond a bound put on it and the others sharing what is left."""
    lengths_ms = [0] * len(weights)
    free = set(range(len(weights)))
    while free:
        rest_ms = total_ms - sum(lengths_ms[index] for index in range(len(weights)) if index not in free)
        weight = sum(weights[index] for index in free)
        for index in free:
            lengths_ms[index] = rest_ms * weights[index] // weight
        short = {index for index in free if lengths_ms[index] < least_ms}
        long = {index for index in free if lengths_ms[index] > most_ms}
        lacking_ms = sum(least_ms - lengths_ms[index] for index in short)
        spare_ms = sum(lengths_ms[index] - most_ms for index in long)
        if not short and not long:
            for index in sorted(free)[: total_ms - sum(lengths_ms)]:
                lengths_ms[index] += 1
            break
        bound, bound_ms = (short, least_ms) if lacking_ms >= spare_ms else (long, most_ms)
        for index in bound:
            lengths_ms[index] = bound_ms
        free -= bound
    return lengths_ms
