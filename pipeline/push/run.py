"""``showcase push``: the list of the show to all targets, until it is over or somebody ends it."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import click

from pipeline.errors import MediaError, PresetError
from pipeline.push.clock import Clock
from pipeline.push.player import Player, Shelf
from pipeline.push.sender import Sender
from pipeline.push.target import Target, read_targets
from pipeline.push.told import as_json, as_line
from pipeline.reasons import Reason, reason
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.show.channel import Airing, unix_s
from pipeline.show.start import read_start
from pipeline.store import publish

ON_AIR_FILE = f"{STATE_FOLDER}/on-air.json"
"""In the output folder while a push runs; written again every few seconds. One older than a minute is a dead push's."""
_FRESH_S = 5.0
_LINE_S = 10.0
"""How often a line is told where there is no terminal."""
_LEAD_S = 0.5
"""Between ``now`` and the first frame: files are opened meanwhile."""


@dataclass
class _Row:
    """One target over the last second."""

    shown: str
    state: str
    trouble: str
    reconnects: int
    uptime_s: float
    sent_mbps: float


class Broadcast:
    """A list on its way to its targets. Give it a clock to run it faster."""

    def __init__(self, out: Path, airing: Airing, targets: Sequence[Target], ffmpeg: str, clock: Clock) -> None:
        self._clock = clock
        self._stop = threading.Event()
        self.tellings: list[Reason] = []
        self.failure: BaseException | None = None
        from_s = _exact(clock.now_s())
        if airing.starts_at and not Fraction(0) <= from_s - unix_s(airing.starts_at):
            from_s = from_s if from_s < unix_s(airing.starts_at) - 1 else unix_s(airing.starts_at)
        self.player = Player(out, airing, from_s, self.tellings.append)
        self.senders = [Sender(target, ffmpeg) for target in targets]
        self._before = {id(sender): (time.monotonic(), 0) for sender in self.senders}
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether the last packet was handed to the targets."""
        return not self._thread.is_alive()

    def wait(self, within_s: float) -> None:
        """Wait that long, or until it is over."""
        self._thread.join(within_s)

    def end(self) -> None:
        """End it in order: every server is told that the stream is over."""
        self._stop.set()
        self._thread.join()
        for sender in self.senders:
            sender.stop()
        for sender in self.senders:
            sender.join()

    def rows(self) -> list[_Row]:
        """Return how each target is, with what was sent since this was asked before."""
        rows, now_s = [], time.monotonic()
        for sender in self.senders:
            then_s, then = self._before[id(sender)]
            self._before[id(sender)] = (now_s, sender.sent_bytes)
            mbps = (sender.sent_bytes - then) * 8 / 1e6 / max(now_s - then_s, 0.1)
            since_s = sender.live_since_s
            rows.append(
                _Row(
                    sender.target.shown,
                    sender.state,
                    sender.trouble,
                    sender.reconnects,
                    0.0 if since_s is None else now_s - since_s,
                    mbps,
                )
            )
        return rows

    def _run(self) -> None:
        try:
            for piece in self.player.packets():
                due_s = float(self.player.zero_s + piece.at_s)
                if not self._clock.wait(due_s, self._stop):
                    return
                for sender in self.senders:
                    sender.backlog.put(piece)
        except BaseException as error:  # noqa: BLE001 - handed to the waiting thread, which raises it
            self.failure = error


def push(  # noqa: PLR0913, PLR0917 - what the command line asks
    settings: Settings,
    lang: str,
    urls: Sequence[str],
    list_id: str = "show",
    start: str | None = None,
    loop: bool = False,  # noqa: FBT001, FBT002 - as above
    is_json: bool = False,  # noqa: FBT001, FBT002 - as above
) -> int:
    """Send a list until it is over or Ctrl-C; return 0, or 130 when it was interrupted.

    ``start``: None by the plan, ``now``, or a date and time (in the event's zone where it names none).

    Raises:
        PresetError: an address, a key, the list or the start is wrong, or there is no show; nothing was sent.
        MachineError: a tool is missing.

    """
    from pipeline.toolchain import ffmpeg_path  # noqa: PLC0415 - one verb's own

    targets = read_targets(urls, os.environ)
    for place, target in enumerate(targets, 1):
        if target.has_typed_key:
            click.echo(reason("push-typed-key", str(place)).say(lang), err=True)
    clock = Clock()
    airing = Airing(list_id=list_id, starts_at=_start(settings.media_out, start, clock), loops=loop)
    broadcast = Broadcast(settings.media_out, airing, targets, ffmpeg_path(settings), clock)
    try:
        _tell_all(broadcast, settings.media_out, clock, lang, list_id=list_id, is_json=is_json)
    except KeyboardInterrupt:
        return 130
    finally:
        broadcast.end()
        _off_air(settings.media_out)
    if broadcast.failure:
        raise broadcast.failure
    return 0


def _tell_all(broadcast: Broadcast, out: Path, clock: Clock, lang: str, *, list_id: str, is_json: bool) -> None:
    since, written_s, said_s, told = clock.now_s(), 0.0, 0.0, 0
    is_terminal = sys.stderr.isatty()
    while not broadcast.is_over:
        now_s, rows = clock.now_s(), broadcast.rows()
        state = as_json(broadcast.player.on_air, now_s, rows)
        if time.monotonic() - written_s >= _FRESH_S:
            written_s = time.monotonic()
            keep = {"pid": os.getpid(), "since_s": round(since), "list": list_id, **state}
            with contextlib.suppress(MediaError):  # a full disk does not end the show
                publish.write(out, ON_AIR_FILE, json.dumps(keep, ensure_ascii=False).encode("utf-8"))
        for telling in broadcast.tellings[told:]:
            click.echo(f"\r\033[K{telling.say(lang)}" if is_terminal else telling.say(lang), err=True)
        told = len(broadcast.tellings)
        if is_json:
            click.echo(json.dumps(state, ensure_ascii=False))
        elif is_terminal:
            click.echo(f"\r\033[K{_clean(as_line(broadcast.player.on_air, now_s, rows, lang))}", nl=False, err=True)
        elif time.monotonic() - said_s >= _LINE_S:
            said_s = time.monotonic()
            click.echo(_clean(as_line(broadcast.player.on_air, now_s, rows, lang)), err=True)
        broadcast.wait(1.0)


def _clean(text: str) -> str:
    """Return text without what a terminal would obey."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _start(out: Path, told: str | None, clock: Clock) -> datetime | None:
    show = Shelf(out).show
    if show is None:
        raise PresetError("push-no-show", str(out))
    return read_start(told, show.timezone, clock.now_s() + _LEAD_S)


def _exact(seconds: float) -> Fraction:
    """Return a clock's time as exactly as it is known: to the microsecond."""
    return Fraction(round(seconds * 1_000_000), 1_000_000)


def _off_air(out: Path) -> None:
    """Take back what says that this push is on air; another push may have written its own meanwhile."""
    with contextlib.suppress(OSError, ValueError):
        if json.loads((out / ON_AIR_FILE).read_bytes()).get("pid") == os.getpid():
            publish.remove(out, ON_AIR_FILE)
