"""A delivered output folder with everything that preflight reads: lists in each dialect, HLS, a continuous video."""

from __future__ import annotations

import subprocess
from pathlib import Path

from show_factory import SIZES, make_show, places

from pipeline.dialects import players
from pipeline.hls.vtt import HEADER
from pipeline.joined.join import ensure_joined
from pipeline.joined.plan import joined_links, plan_joined
from pipeline.preset.load import load
from pipeline.rundown.rundowns import rundowns
from pipeline.show.model import Show, ShowList
from pipeline.store import publish

HLS = "playlists/hls/show"


def deliver(out: Path, ffmpeg: str) -> Show:
    """Make the show of the factory with all its lists, and return it."""
    show = make_show(out)
    listed = show.lists[0]
    publish.deliver(out, players(show, places(out)))
    ensure_joined(out, show, listed, ffmpeg, out / ".showcase" / "scratch")
    publish.deliver(out, joined_links([plan_joined(show, listed)]))
    presets = Path(__file__).resolve().parents[2] / "presets"
    publish.deliver(out, rundowns(show, load(presets, None), places(out), presets / "templates"))
    for each in show.lists:
        hls(out, show, each, ffmpeg)
    return show


def hls(out: Path, show: Show, listed: ShowList, ffmpeg: str) -> None:
    """Write HLS of a list: pieces by ffmpeg, the rest by hand."""
    folder = out / "playlists" / "hls" / listed.id
    folder.mkdir(parents=True)
    captions = 'GROUP-ID="captions",NAME="ไทย",LANGUAGE="th",URI="captions-th.m3u8"'
    master = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-MEDIA:TYPE=SUBTITLES,{captions}"]
    for output, (wide, high) in SIZES.items():
        files = "\n".join(f"file '{out / entry.media[output]}'" for entry in show.entries(listed))
        (out / "all.ffconcat").write_text(f"ffconcat version 1.0\n{files}\n", "utf-8")
        command = [ffmpeg, "-v", "error", "-nostdin", "-copyts", "-f", "concat", "-auto_convert", "0", "-safe", "0"]
        command += ["-i", str(out / "all.ffconcat"), "-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "hls"]
        command += ["-hls_segment_type", "fmp4", "-hls_time", "2", "-hls_playlist_type", "vod"]
        command += ["-hls_fmp4_init_filename", f"{output}.init.mp4", "-hls_segment_filename", f"{output}.%03d.m4s"]
        subprocess.run([*command, f"{output}.m3u8"], cwd=folder, check=True)
        (out / "all.ffconcat").unlink()
        text = (folder / f"{output}.m3u8").read_text("utf-8")
        lengths = [line for line in text.splitlines() if line.startswith("#EXTINF")]
        told = f"BANDWIDTH=900000,AVERAGE-BANDWIDTH=800000,RESOLUTION={wide}x{high},FRAME-RATE=30.000"
        codecs = 'CODECS="avc1.640029,mp4a.40.2"'
        master += [f'#EXT-X-STREAM-INF:{told},{codecs},SUBTITLES="captions"', f"{output}.m3u8"]
    pieces = [f"{line}\n{number}.vtt" for number, line in enumerate(lengths)]
    for number in range(len(pieces)):
        (folder / f"{number}.vtt").write_text(HEADER, "utf-8")
    head = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n"
    (folder / "captions-th.m3u8").write_text(head + "\n".join(pieces) + "\n#EXT-X-ENDLIST\n", "utf-8")
    (folder / "master.m3u8").write_text("\n".join(master) + "\n", "utf-8")
