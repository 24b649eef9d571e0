"""The orders of photos. Pure."""

from __future__ import annotations

from pipeline.intake.assign import PhotoIn
from pipeline.orders.nouns import Order, PhotoOrder
from pipeline.photo.plan import plan_photo
from pipeline.preset.model import Book
from pipeline.store.receipt import SourceRef, key_of


def photo_asset(photo: PhotoIn) -> str:
    """Return the name of a photo's asset."""
    return f"{photo.album}.{photo.name}.photo"


def photo_order(photo: PhotoIn, book: Book, tools: str) -> Order:
    """Return the order of one photo."""
    plan = plan_photo(photo.album, photo.name, book.photo)
    work = PhotoOrder(plan=plan, caption=photo.sidecar.caption, sha256=photo.source.sha256)
    return Order(
        asset=photo_asset(photo),
        kind="photo",
        key=key_of([work.model_dump(mode="json"), tools]),
        source=SourceRef(path=photo.source.path, sha256=photo.source.sha256, bytes=photo.source.stamp.bytes),
        work=work,
    )
