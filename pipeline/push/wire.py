"""The child that speaks RTMP: reads where to from its standard input, then a stream, and sends it on.

``python -m pipeline.push.wire``. A process of its own, because a server that hangs may take its library along. The
address has the stream key in it, so it comes by the pipe: arguments are seen by everybody on the machine.
Says ``total_size=N`` about once a second, and ``error=NAME`` when it fails; never the address.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from typing import Any

SAY_S = 1.0


def main() -> int:
    """Send until the input ends; return 0, or 1 when the server does not take it."""
    import av  # noqa: PLC0415 - only the child needs it

    av.logging.set_level(av.logging.PANIC)  # its messages name the address
    with os.fdopen(0, "rb", buffering=0) as source:
        address = source.readline().decode("utf-8").rstrip("\n")
        try:
            _send(av, source, address)
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may name the address
            sys.stdout.write(f"error={type(error).__name__}\n")
            return 1
    return 0


def _send(av, source, address: str) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - the module av, a raw file
    received = av.open(source, format="nut", options={"fpsprobesize": "0"})
    options = {"flvflags": "no_duration_filesize", "flush_packets": "1", "rw_timeout": "10000000"}
    sent = av.open(address, "w", format="flv", options=options)
    streams = {stream.index: sent.add_stream_from_template(stream) for stream in received.streams}
    size, said_s = 0, 0.0
    for packet in _timed(received.demux()):
        size += packet.size
        packet.stream = streams[packet.stream_index]
        sent.mux_one(packet)
        if time.monotonic() - said_s >= SAY_S:
            said_s = time.monotonic()
            sys.stdout.write(f"total_size={size}\n")
            sys.stdout.flush()
    sent.close()


def _timed(packets: Iterator[Any]) -> Iterator[Any]:
    """Yield packets with the time of decoding. NUT has only that of showing: with B-frames the first ones lack it."""
    untimed: list[Any] = []
    for packet in packets:
        if packet.pts is None:
            continue
        if packet.dts is None:
            untimed.append(packet)
            continue
        if untimed and packet.stream_index == untimed[0].stream_index:
            for before, held in enumerate(reversed(untimed), 1):
                held.dts = packet.dts - before * (packet.duration or held.duration)
            yield from untimed
            untimed = []
        yield packet


if __name__ == "__main__":
    sys.exit(main())
