"""What a person at a terminal sees: progress while a run goes on, and tables."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.markup import escape as escape_markup
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from pipeline.context import Context
from pipeline.deliver.board import STATES
from pipeline.orders import PART, ClipOrder, DraftOrder, Order, PartOrder, PhotoOrder
from pipeline.reasons import Reason
from pipeline.store.catalog import Catalog, InputRow

_KINDS = {
    "air": {"th": "ออกอากาศ", "en": "on air"},
    "pages": {"th": "สำหรับเพจ", "en": "for pages"},
    "part": {"th": "ช่วงของคลิปยาว", "en": "part of a long clip"},
    "slate": {"th": "ภาพคั่น", "en": "slate"},
    "card": {"th": "การ์ดของงาน", "en": "the event's card"},
    "recap": {"th": "ประมวลภาพ", "en": "recap"},
    "draft": {"th": "ร่างคำบรรยาย", "en": "draft captions"},
    "photo": {"th": "ภาพถ่าย", "en": "photo"},
}
_MARKS = {"ok": "[green]✓[/]", "ok-with-warning": "[yellow]![/]", "reject": "[red]✗[/]"}


def escape(text: str) -> str:
    """Return ``text`` as the terminal may show it: no markup of rich's, no control characters of the terminal's."""
    return escape_markup("".join("\ufffd" if unicodedata.category(c)[0] == "C" else c for c in text))


class JobLike(Protocol):
    """How far one order is."""

    @property
    def state(self) -> str:
        """``queued``, ``running``, ``done`` or ``trouble``."""

    @property
    def share(self) -> float:
        """0 to 1."""


class Screen:
    """A bar for each order that is running and one for all; plain lines where there is no terminal."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._console = Console(emoji=False)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._orders: Mapping[str, Order] = {}
        self._bars: dict[str, TaskID] = {}
        self._total: TaskID | None = None
        self._done: set[str] = set()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, orders: Mapping[str, Order]) -> None:
        """Take what will be made."""
        self._orders, self._done = orders, set()
        if self._total is not None:
            self._progress.remove_task(self._total)
        self._total = self._progress.add_task("ทั้งหมด" if self._lang == "th" else "All", total=len(orders))

    def show(self, states: Mapping[str, JobLike]) -> None:
        """Take how far each order is."""
        for asset, job in states.items():
            if job.state == "running":
                if asset not in self._bars:
                    self._bars[asset] = self._progress.add_task(escape(self._name(asset)), total=1.0)
                self._progress.update(self._bars[asset], completed=job.share)
            elif asset in self._bars:
                self._progress.remove_task(self._bars.pop(asset))
            if job.state == "done" and asset not in self._done:
                self._done.add(asset)
                if not self._console.is_terminal:
                    self._console.print(f"{len(self._done)}/{len(self._orders)} {escape(self._name(asset))}")
        if self._total is not None:
            part = sum(job.share for job in states.values() if job.state == "running")
            self._progress.update(self._total, completed=len(self._done) + part)

    def _name(self, asset: str) -> str:
        order = self._orders[asset]
        kind = _KINDS[order.kind][self._lang]
        match order.work:
            case ClipOrder(plan=plan):
                return f"{plan.title[:40]} · {kind}"
            case PartOrder(plan=plan):
                number = int(asset.rpartition(PART)[2]) + 1
                return f"{plan.title[:40]} · {_KINDS[plan.stage][self._lang]} · {kind} {number}"
            case DraftOrder(plan=draft):
                return f"{draft.id} · {kind}"
            case PhotoOrder(plan=photo):
                return f"{photo.album}/{photo.name} · {kind}"
            case work:
                return f"{work.plan.title[:40]} · {kind}"


@contextlib.contextmanager
def counting(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show one bar; give the function that moves it: how many of how many."""
    console = Console(emoji=False)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        bar = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)


def summary(context: Context, catalog: Catalog, made: int, lang: str) -> None:
    """Print what a run came to and where to look."""
    out, thai = context.settings.media_out, lang == "th"
    ready = sum(row.state == "ready" for row in catalog.partners)
    console = Console(soft_wrap=True, highlight=False, emoji=False)
    print_inputs([row for row in catalog.inputs if row.outcome == "reject"], lang, console)
    expected, photos = context.book.event.expected_partners, len(catalog.photos)
    console.print(
        f"พร้อม {ready} / {expected} หน่วยงาน · ภาพถ่าย {photos} ภาพ · ทำใหม่ {made} รายการ"
        if thai
        else f"{ready} of {expected} partners ready · {photos} photos · {made} made in this run"
    )
    places = (
        ("show", "ไฟล์ออกอากาศ" if thai else "on air"),
        ("playlists/show.m3u8", "เพลย์ลิสต์" if thai else "playlist"),
        ("board/index.html", "กระดานความพร้อม" if thai else "readiness board"),
        ("gallery/index.html", "แกลเลอรี" if thai else "gallery"),
        ("posts/index.html", "ชุดโพสต์" if thai else "posts"),
    )
    for name, words in places:
        console.print(f"  {words}: {escape(str(out / name))}")


def print_inputs(
    rows: Sequence[InputRow],
    lang: str,
    console: Console | None = None,
    plans: Mapping[str, Sequence[Reason]] | None = None,
) -> None:
    """Print files with their outcome and reasons and, where given, what will be done to them."""
    console = console or Console(soft_wrap=True, highlight=False, emoji=False)
    other = "en" if lang == "th" else "th"
    for row in rows:
        console.print(f"{_MARKS[row.outcome]} {escape(row.path)}")
        for reason in row.reasons:
            console.print(f"    {escape(reason.say(lang))}")
            if row.outcome == "reject":
                console.print(f"    [dim]{escape(reason.say(other))}[/]")
        for line in (plans or {}).get(row.path, ()):
            console.print(f"    [dim]{escape(line.say(lang))}[/]")


def print_board(catalog: Catalog, lang: str) -> None:
    """Print the readiness board."""
    table = Table(box=None, pad_edge=False)
    for name in ("#", "หน่วยงาน" if lang == "th" else "Partner", "สถานะ" if lang == "th" else "State", ""):
        table.add_column(name)
    for row in catalog.partners:
        words = STATES[row.state]
        remedy = row.reasons[0].say(lang) if row.reasons else ""
        table.add_row(
            f"{row.number:02d}", escape(row.partner.name), words.th if lang == "th" else words.en, escape(remedy)
        )
    Console(emoji=False).print(table)
