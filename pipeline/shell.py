"""What all verbs of the command share: options, languages, and how an error becomes a status."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, Literal

import click

from pipeline.errors import MediaError, PresetError
from pipeline.reasons import Reason
from pipeline.settings import read_settings

OK, OUR_FAULT, USAGE, REJECTED, NOT_FIT, INTERRUPTED = 0, 1, 2, 3, 4, 130
Lang = Literal["th", "en"]


def default_lang() -> Lang:
    """Return ``en`` for an English locale, else ``th``: the media team reads Thai."""
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    # Where nothing is set, Python runs in C.UTF-8, which getlocale() calls en_US.
    unset = locale.setlocale(locale.LC_CTYPE, None).startswith(("C", "POSIX"))
    name = told or ("" if unset else locale.getlocale()[0] or "")
    return "en" if name.lower().startswith("en") else "th"


def say(told: Reason, lang: Lang) -> None:
    """Print a message for people in both languages, ``lang`` first."""
    other: Lang = "en" if lang == "th" else "th"
    click.echo(f"{told.say(lang)}\n{told.say(other)}", err=True)


def common(function: Callable[..., int]) -> Callable[..., None]:
    """Give a verb ``--in``, ``--out``, ``--event`` and ``--lang``, and turn what it returns or raises into a status."""

    @click.option("--in", "folder_in", type=click.Path(path_type=Path), help="Input folder (media_in).")
    @click.option("--out", "folder_out", type=click.Path(path_type=Path), help="Output folder (media_out).")
    @click.option("--event", help="Event: a name in presets/events/, or a file.")
    @click.option("--lang", type=click.Choice(["th", "en"]), help="Language of messages.")
    @wraps(function)
    def verb(
        folder_in: Path | None,
        folder_out: Path | None,
        event: str | None,
        lang: Lang | None,
        **rest: Any,  # noqa: ANN401 - click passes what the verb asks for
    ) -> None:
        settings, language = read_settings(), lang or default_lang()
        settings = replace(
            settings,
            media_in=folder_in.absolute() if folder_in else settings.media_in,
            media_out=folder_out.absolute() if folder_out else settings.media_out,
            event=event or settings.event,
        )
        sys.exit(_guarded(lambda: function(settings=settings, lang=language, **rest), language))

    return verb


def _guarded(verb: Callable[[], int], lang: Lang) -> int:
    try:
        return verb()
    except PresetError as error:
        for told in error.reasons if error.others else (error.reason,):
            say(told, lang)
        return USAGE
    except MediaError as error:
        say(error.reason, lang)
        return OUR_FAULT
    except KeyboardInterrupt:
        return INTERRUPTED
