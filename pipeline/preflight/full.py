"""The full form: everything that was delivered, each list as its player reads it and each file to its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PresetError
from pipeline.joined.packets import Packets
from pipeline.preflight.check import check_list
from pipeline.preflight.copies import check_copy
from pipeline.preflight.hls import FOLDER, check_hls, masters
from pipeline.preflight.lists import read_list
from pipeline.preflight.media import OnProgress, Player, Proof, prove
from pipeline.preflight.model import ListReport, Problem, Report, problem
from pipeline.preflight.papers import absent, check_captions, papers
from pipeline.preflight.places import Shelf, read_text
from pipeline.preset.model import House
from pipeline.show.model import SHOW_FILE, Places, Show, read_show

_SUFFIXES = (".m3u8", ".m3u", ".xspf", ".ffconcat", ".json", ".csv")


@dataclass(frozen=True)
class Delivered:
    """The output folder as it is read."""

    out: Path
    show: Show
    shelf: Shelf
    texts: dict[str, str]
    """Of every list, by path."""
    unread: tuple[ListReport, ...]
    """Lists that are not even text."""


def open_delivered(out: Path, places: Places | None = None) -> Delivered:
    """Return what was delivered in ``out``.

    Raises:
        PresetError: ``no-show``: there is no show to check; ``show-damaged``: it cannot be read.

    """
    try:
        show = read_show((out / SHOW_FILE).read_bytes())
    except FileNotFoundError as error:
        raise PresetError("no-show", str(out)) from error
    except (OSError, ValueError) as error:
        raise PresetError("show-damaged", str(out / SHOW_FILE), str(error).partition("\n")[0][:120]) from error
    shelf = Shelf(out, places.root if places else None, places.base_url if places else None)
    texts: dict[str, str] = {}
    unread: list[ListReport] = []
    folder = out / "playlists"
    for path in sorted(each for each in folder.rglob("*") if each.name.endswith(_SUFFIXES)):
        name = path.relative_to(out).as_posix()
        try:
            texts[name] = read_text(path)
        except (OSError, ValueError) as error:
            unread.append(ListReport(list=name, entries=0, problems=(problem("list-unreadable", None, str(error)),)))
    return Delivered(out, show, shelf, texts, tuple(unread))


def check_quickly(delivered: Delivered) -> Report:
    """Return what can be said without opening a file of pictures or sound."""
    return _report(delivered, None)


def check_fully(delivered: Delivered, player: Player, house: House, on_progress: OnProgress) -> Report:
    """Return all that is wrong. Each file is opened and played once; what played before is only read.

    Raises:
        MachineError: the tool is missing, was killed, hung or took too long.

    """
    return _report(delivered, prove(delivered.show, delivered.shelf, player, house, on_progress))


def _report(delivered: Delivered, proof: Proof | None) -> Report:
    show, reports = delivered.show, [_show_itself(delivered, proof), *delivered.unread]
    for path, text in delivered.texts.items():
        if readings := read_list(path, text):
            reports.append(check_list(path, readings, show, delivered.shelf))
    compared: set[str] = set()
    for path in masters(delivered.texts):
        report, pieces = check_hls(path, delivered.texts, show, delivered.shelf)
        told = check_captions(path, delivered.texts, delivered.shelf, delivered.out)
        report = report.model_copy(update={"problems": (*report.problems, *told)})
        reports.append(_compared(delivered, proof, report, pieces, compared))
    reports += _continuous(delivered, proof)
    reports += papers(show, delivered.out)
    reports += absent(show, {report.list for report in reports}, delivered.shelf)
    bad = {each.entry: each for each in proof.problems} if proof else {}
    whole = [_with_entries(report, show, proof, bad) for report in reports]
    return Report(
        is_full=proof is not None,
        event_name=show.event_name,
        lists=tuple(whole),
        files=proof.files if proof else 0,
        seconds=float(sum(entry.frames for entry in show.items) / show.frame_rate),
    )


def _show_itself(delivered: Delivered, proof: Proof | None) -> ListReport:
    """Return what is wrong in ``show/``, the folder that people open, and with the media themselves."""
    found: list[Problem] = list(proof.problems) if proof else []
    show, shelf, folder = delivered.show, delivered.shelf, delivered.out / "show"
    for entry in show.items:
        paths = [f"show/{entry.file}", *(() if proof else (*entry.media.values(), *entry.captions.values()))]
        faults = [fault for path in paths if (fault := shelf.fault(path, entry.key))]
        found += faults
        # Another file of the same size is told by its bytes, where they are not the same file.
        if not faults and shelf.size(f"show/{entry.file}") != shelf.size(entry.master) is not None:
            found.append(problem("copy-differs", entry.key, f"show/{entry.file}", entry.master))
    named = {entry.file for entry in show.items} | {Path(SHOW_FILE).name}
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    found += [problem("list-extra", None, 0, f"show/{name}") for name in there if name not in named]
    return ListReport(list=SHOW_FILE, entries=len(show.items), problems=tuple(dict.fromkeys(found)))


def _compared(
    delivered: Delivered, proof: Proof | None, report: ListReport, pieces: dict[str, list[str]], compared: set[str]
) -> ListReport:
    """Return the report with what in its pieces is no copy of the masters. Pieces of several lists are read once."""
    listed = delivered.show.list(report.list.split("/")[2])
    if proof is None or listed is None:
        return report
    told: list[Problem] = []
    for child, paths in pieces.items():
        is_whole = all(delivered.shelf.size(path) for path in paths)
        if paths and is_whole and not compared.issuperset(paths):
            compared.update(paths)
            entries = delivered.show.entries(listed)
            told += check_copy(delivered.out, child, paths, entries, delivered.show, _measures(proof))
    return report.model_copy(update={"problems": tuple(dict.fromkeys((*report.problems, *told)))})


def _measures(proof: Proof) -> dict[str, Packets]:
    return {path: packets for path, packets in proof.packets.items() if path not in proof.changed}


def _continuous(delivered: Delivered, proof: Proof | None) -> Iterable[ListReport]:
    for listed in delivered.show.lists:
        path = f"playlists/{listed.id}.mp4"
        if not (delivered.out / path).exists() and not (delivered.out / path).is_symlink():
            continue
        entries = delivered.show.entries(listed)
        fault = delivered.shelf.fault(path, None)
        told = [fault] if fault else []
        if proof is not None and not fault:
            told = check_copy(delivered.out, path, [path], entries, delivered.show, _measures(proof))
        yield ListReport(list=path, entries=len(entries), problems=tuple(told))


def _with_entries(report: ListReport, show: Show, proof: Proof | None, bad: dict[str | None, Problem]) -> ListReport:
    """Return a list's report with what is wrong with its entries themselves: a list is as good as its files."""
    if proof is None or report.list == SHOW_FILE or not bad:
        return report
    name = (
        report.list.split("/")[2]
        if report.list.startswith(FOLDER)
        else report.list.rpartition("/")[2].partition(".")[0]
    )
    listed = show.list(name)
    keys = {entry.key for entry in (show.entries(listed) if listed else show.items)}
    mine = [each for each in proof.problems if each.entry in keys]
    return report.model_copy(update={"problems": tuple(dict.fromkeys((*report.problems, *mine)))})
