"""Real players reading real lists: each returns what it saw."""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from conftest import missing, need_tool

PARSE_LOCAL, PARSED_STATUSES, META_TITLE, META_ARTIST = 0, (1, 2, 3, 4), 0, 1
"""Source: ``libvlc_media.h`` of VLC 3."""


class Seen(NamedTuple):
    """One entry, as the player shows it, and the length that it found in the file."""

    file: str
    title: str
    artist: str = ""
    length_s: float = 0.0


def read_with_vlc(path: Path) -> list[Seen]:
    """Return the entries that libvlc makes of a list, without playing it."""
    library = ctypes.util.find_library("vlc")
    if not library:
        missing("libvlc")
    vlc = ctypes.CDLL(library)
    for name in ("new", "media_new_path", "media_subitems", "media_list_item_at_index"):
        getattr(vlc, f"libvlc_{name}").restype = ctypes.c_void_p
    for name in ("media_get_meta", "media_get_mrl"):
        getattr(vlc, f"libvlc_{name}").restype = ctypes.c_char_p
    vlc.libvlc_media_get_duration.restype = ctypes.c_int64
    options = (ctypes.c_char_p * 1)(b"--quiet")
    instance = ctypes.c_void_p(vlc.libvlc_new(1, options))
    media = ctypes.c_void_p(vlc.libvlc_media_new_path(instance, os.fsencode(path)))
    _parse(vlc, media)
    items = ctypes.c_void_p(vlc.libvlc_media_subitems(media))
    seen = []
    for index in range(vlc.libvlc_media_list_count(items)):
        item = ctypes.c_void_p(vlc.libvlc_media_list_item_at_index(items, index))
        title, artist = (vlc.libvlc_media_get_meta(item, kind) or b"" for kind in (META_TITLE, META_ARTIST))
        _parse(vlc, item)
        address = unquote(urlsplit(vlc.libvlc_media_get_mrl(item).decode()).path)
        length_s = vlc.libvlc_media_get_duration(item) / 1000
        seen.append(Seen(os.path.normpath(address), title.decode(), artist.decode(), length_s))
    return seen


def _parse(vlc: ctypes.CDLL, media: ctypes.c_void_p) -> None:
    vlc.libvlc_media_parse_with_options(media, PARSE_LOCAL, 10_000)
    until = time.monotonic() + 15
    while vlc.libvlc_media_get_parsed_status(media) not in PARSED_STATUSES and time.monotonic() < until:
        time.sleep(0.02)


def play_with_vlc(path: Path, rate: int = 30, timeout_s: float = 120) -> tuple[list[str], float, str]:
    """Return the files that VLC opened, how many seconds it played, and what it said, as another user where root."""
    vlc = need_tool("cvlc")
    as_nobody = ["runuser", "-u", "nobody", "--", "env", f"HOME={path.parent}"] if os.geteuid() == 0 else []
    options = ["-I", "dummy", "--vout", "dummy", "--no-audio", "--rate", str(rate), "--play-and-exit", "-vv"]
    began_s = time.monotonic()
    argv = [*as_nobody, vlc, *options, str(path)]
    done = subprocess.run(argv, capture_output=True, check=False, timeout=timeout_s, stdin=subprocess.DEVNULL)
    said = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, said[-2000:]
    opened = re.findall(r"creating demux: access='file' .*file='([^']*\.mp4)'", said)
    return opened, time.monotonic() - began_s, said


def play_with_mpv(path: Path) -> tuple[list[Seen], str]:
    """Return the entries that mpv played to their ends, with the lengths that it measured, and its complaints."""
    mpv = need_tool("mpv")
    form = "SEEN ${path}\t${media-title}\t\t${=duration}"
    options = ["--no-config", "--vo=null", "--ao=null", "--untimed", "--no-audio"]
    argv = [mpv, *options, f"--term-playing-msg={form}", "--msg-level=all=warn,cplayer=info,term-msg=info", str(path)]
    done = subprocess.run(argv, capture_output=True, check=False, timeout=1800, stdin=subprocess.DEVNULL)
    said = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, said
    assert said.count("End of file") == 1, said
    rows = [line.split("SEEN ", 1)[1].split("\t") for line in said.splitlines() if "SEEN " in line]
    seen = [Seen(os.path.normpath(path.parent / row[0]), row[1], row[2], float(row[3])) for row in rows]
    complaints = [line for line in said.splitlines() if re.search(r"error|fail|warn|cannot|skip", line, re.IGNORECASE)]
    return seen, "\n".join(line for line in complaints if "SEEN " not in line)


LIQUIDSOAP = """\
settings.init.allow_root.set(true)
settings.log.stdout.set(false)
settings.log.file.set(false)
def tell(entry) =
  r = request.create(snd(entry))
  ok = request.resolve(r)
  m = request.metadata(r)
  said = [request.filename(r), m["title"], m["artist"], m["duration"], m["liq_cue_out"], m["liq_integrated_lufs"]]
  print("SEEN #{ok}\\t" ^ string.concat(separator="\\t", said))
end
list.iter(tell, playlist.parse("PATH"))
exit(0)
"""


def read_with_liquidsoap(path: Path, folder: Path) -> list[tuple[str, ...]]:
    """Return what Liquidsoap resolves: ok, file, title, artist, duration, cue out, loudness."""
    script = folder / "read.liq"
    script.write_text(LIQUIDSOAP.replace("PATH", str(path)), "utf-8")
    argv = [need_tool("liquidsoap"), str(script)]
    done = subprocess.run(argv, capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL)
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, said + done.stderr.decode("utf-8", "replace")
    return [tuple(row.removeprefix("SEEN ").split("\t")) for row in said.splitlines() if row.startswith("SEEN ")]


def join_with_ffmpeg(ffmpeg: str, path: Path, joined: Path) -> str:
    """Join a list by copy and return what ffmpeg says about it."""
    argv = [ffmpeg, "-hide_banner", "-nostdin", "-v", "warning", "-f", "concat", "-safe", "0", "-i", path.name]
    argv += ["-map", "0", "-c", "copy", str(joined)]
    done = subprocess.run(argv, cwd=path.parent, capture_output=True, text=True, check=True, timeout=600)
    return done.stderr


def packets(path: Path, kind: str) -> list[tuple[int, int]]:
    """Return decode time and length of each packet of the first ``v`` or ``a`` stream, as ffprobe reads them."""
    argv = [need_tool("ffprobe"), "-v", "error", "-select_streams", f"{kind}:0", "-show_entries"]
    argv += ["packet=dts,duration", "-of", "json", str(path)]
    done = subprocess.run(argv, capture_output=True, check=True, timeout=600)
    return [(packet["dts"], packet["duration"]) for packet in json.loads(done.stdout)["packets"]]


def open_to_all(folder: Path) -> None:
    """Let every user read a folder: VLC does not run as root."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
