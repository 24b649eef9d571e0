"""The orders of the recap: the photos that are proven, as a film in each layout. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.intake.assign import PhotoIn
from pipeline.orders.nouns import Order, RecapOrder
from pipeline.preset.book import RECAP
from pipeline.preset.model import Book
from pipeline.recap.plan import Candidate, RecapPhoto, plan_recap
from pipeline.store.receipt import Receipt, key_of


def recap_asset(output_id: str) -> str:
    """Return the name of the recap's asset in one output."""
    return f"{RECAP}-{output_id}.{RECAP}"


def recap_orders(photos: Iterable[tuple[PhotoIn, Receipt]], book: Book, tools: str) -> Iterator[Order]:
    """Yield the order of the film in each layout; none without a photo. ``photos``: with their receipts.

    Refused ones are left out.
    """
    candidates = [_candidate(photo, made) for photo, made in photos if made.photo and not made.refused]
    for plan in plan_recap(book, candidates):
        work = RecapOrder(plan=plan, sting=book.event.recap.sting if book.event.recap else None)
        key = key_of([work.model_dump(mode="json"), tools])
        yield Order(asset=recap_asset(plan.output.id), kind="recap", key=key, source=None, work=work)


def _candidate(photo_in: PhotoIn, receipt: Receipt) -> Candidate:
    details = receipt.photo
    assert details is not None  # noqa: S101 - for the type checker: asked before
    largest = max(details.sizes, key=lambda name: details.sizes[name])
    made = next(made for made in receipt.outputs if made.path.endswith(f"-{largest}.jpg"))
    width_px, height_px = details.sizes[largest]
    photo = RecapPhoto(
        path=made.path,
        sha256=made.sha256,
        width_px=width_px,
        height_px=height_px,
        album_title=photo_in.album_title.rpartition("/")[2] or None,
    )
    return Candidate(photo=photo, album=details.album, taken_at=details.taken_at)
