"""The running order: the roster first, names that sort, nothing that is not there."""

from __future__ import annotations

from pipeline.deliver.show import running_order
from pipeline.preset.load import load
from pipeline.settings import read_settings
from pipeline.store.catalog import Catalog, SlateEntry


def test_names_sort_in_order_beyond_a_hundred() -> None:
    book = load(read_settings({}).presets)
    partners = tuple(book.event.partners[0].model_copy(update={"id": f"p{n}"}) for n in range(1, 106))
    book = book.model_copy(update={"event": book.event.model_copy(update={"partners": partners})})
    slates = tuple(SlateEntry(partner_id=p.id, path=f"clips/{p.id}/slate.mp4", frames=32) for p in partners)
    catalog = Catalog(inputs=(), partners=(), clips=(), slates=slates, photos=())
    names = [item.file for item in running_order(catalog, book)]
    assert names == sorted(names)
    assert (names[0], names[-1]) == ("001-p1.mp4", "105-p105.mp4")
