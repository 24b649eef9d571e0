"""What preflight found, for people: one page, and a table for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.deliver.pages import Pages, Words
from pipeline.preflight.model import Report
from pipeline.preset.model import Book
from pipeline.show.model import Show
from pipeline.store.package import Package
from pipeline.units import clock_text

ROOT = "preflight"
PAGE = f"{ROOT}/index.html"


@dataclass(frozen=True)
class Group:
    """What is wrong with one entry, or with lists alone, wherever it was found."""

    number: str
    title: str
    lines: tuple[Words, ...]
    lists: tuple[str, ...]


def page(report: Report, show: Show, book: Book, templates: Path) -> Package:
    """Return the page with what it needs."""
    pages = Pages(templates, book)
    text = pages.render(
        "preflight.html.j2",
        report=report,
        groups=groups(report, show),
        passed=sum(not each.problems for each in report.lists),
        entries=len(show.items),
        length=clock_text(Fraction(report.seconds)),
    )
    return {**pages.assets(ROOT), PAGE: text}


def groups(report: Report, show: Show) -> tuple[Group, ...]:
    """Return all problems, each told once: those of an entry together, then those of a list."""
    titles = {entry.key: (f"{entry.position:02d}", entry.title) for entry in show.items}
    lines: dict[str, dict[tuple[str, str], None]] = {}
    lists: dict[str, dict[str, None]] = {}
    for each in report.lists:
        for found in each.problems:
            name = found.entry or each.list
            lines.setdefault(name, {})[(found.th, found.en)] = None
            lists.setdefault(name, {})[each.list] = None
    # A list's own problems come after those of entries, and both in the order in which they are shown.
    order = sorted(lines, key=lambda name: (name not in titles, titles.get(name, ("", ""))[0]))
    return tuple(
        Group(
            number=titles.get(name, ("", ""))[0],
            title=titles.get(name, ("", name))[1],
            lines=tuple(Words(th, en) for th, en in lines[name]),
            lists=tuple(lists[name]),
        )
        for name in order
    )


def print_report(report: Report, show: Show, lang: str) -> None:
    """Print what is wrong, and a line that says it all."""
    from rich.console import Console  # noqa: PLC0415 - rich takes a while to import

    from pipeline.screen import escape  # noqa: PLC0415 - as above

    thai, console = lang == "th", Console(soft_wrap=True, emoji=False, highlight=False)
    for group in groups(report, show):
        console.print(f"[red]✗[/] {escape(f'{group.number} {group.title}'.strip())} [dim]{escape(group.lists[0])}[/]")
        for line in group.lines:
            console.print(f"    {escape(line.th if thai else line.en)}")
    passed, total = sum(not each.problems for each in report.lists), len(report.lists)
    if report.ok:
        console.print(f"พร้อมออกอากาศ: ผ่านครบ {total} รายการ" if thai else f"Ready to air: all {total} lists passed")
    else:
        thai_words, words = f"ผ่าน {passed} จาก {total} รายการ", f"{passed} of {total} lists passed"
        console.print(f"ยังออกอากาศไม่ได้: {thai_words}" if thai else f"Not ready to air: {words}")
