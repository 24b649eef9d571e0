"""The child that listens: ``python -m pipeline.speech.listener MODEL SOUND LANGUAGE``.

The engine is native code that nothing can interrupt from within, and takes gigabytes: as a process of its own it can
be ended at any time, and its memory goes with it. It never touches the net, and no file but the model and ``SOUND``,
which is ours: raw 32-bit floats, mono, 16 kHz.

Lines of JSON come out: ``{"share": 0.25}`` as it goes on, ``{"segments": […]}`` (:class:`Segment`) at the end. Nothing
else reaches that pipe.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.speech.draft import ENGLISH
from pipeline.speech.segments import LEAST_LOGPROB, MOST_NO_SPEECH, MOST_REGULAR, Segment

if TYPE_CHECKING:
    import numpy as np
    from faster_whisper import WhisperModel

    Sound = np.ndarray[Any, np.dtype[np.float32]]
    """Mono at :data:`RATE_HZ`."""

RATE_HZ = 16_000
"""What Whisper and Silero hear. Source: openai/whisper, audio.py; snakers4/silero-vad."""
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
"""The model is a folder on this machine; nothing is to be looked for elsewhere."""
PAUSE_MS = 500
"""A silence this long ends a stretch of speech."""
MARGIN_MS = 200
"""Speech begins softly: so much before and after it is heard too."""
FRAME = 512
_BEFORE = 64
"""Samples that Silero judges at once, and that it hears before them."""
SPEECH, SILENCE = 0.5, 0.35
"""From the first on it is speech, below the second it is none. Source: faster-whisper 1.2.1, vad.py, as above."""
FRAMES = 10_000
"""As many as faster-whisper gives the ear at once: five minutes."""
MOST = 600 * RATE_HZ
"""Nobody speaks for ten minutes without a pause, but what is taken for speech may last for hours."""
WINDOW_S = 28
"""The engine hears 30 s at once. Stretches that fit into this together are one turn."""
MOST_GAP_S = 2
"""And no longer silence lies between them: a segment must not reach over one."""
TEMPERATURES = (0.0, 0.2, 0.4)
"""Tried in turn where the engine goes round in circles or is unsure."""
MOST_REGULAR_IN_UTF8 = 4.0
"""Like :data:`MOST_REGULAR`, for letters of three bytes: 600 Thai characters come to 3.53 at most (measured), and a
threshold of 2.4 would have most good windows heard three times. What is let through is judged again by its letters."""
MOST_THREADS = 4

Span = tuple[int, int]
"""Begin and end of a stretch, in samples."""


def speech_spans(sound: Sound, frames: int = FRAMES) -> list[Span]:
    """Return where somebody speaks: what faster-whisper's own function returns, without all of the sound in memory.

    That one takes 1 GB for each hour (measured). Here the ear hears ``frames`` at once and goes on where it was. A
    stretch longer than :data:`MOST` comes in pieces.
    """
    spans: list[Span] = []
    start = quiet = None
    for at, likely in zip(count(0, FRAME), _likely(sound, frames), strict=False):
        if likely >= SPEECH:
            start, quiet = at if start is None else start, None
        elif likely < SILENCE and start is not None:
            quiet = at if quiet is None else quiet
            if at - quiet >= PAUSE_MS * RATE_HZ // 1000:
                spans.append((start, quiet))
                start = quiet = None
    if start is not None:
        spans.append((start, len(sound)))
    margin = MARGIN_MS * RATE_HZ // 1000  # two of them are shorter than a pause
    wide = ((max(0, first - margin), min(len(sound), last + margin)) for first, last in spans)
    return [(at, min(last, at + MOST)) for first, last in wide for at in range(first, last, MOST)]


def _likely(sound: Sound, frames: int) -> Iterator[float]:
    """Yield how likely somebody speaks in each frame. Only so many frames are read at once.

    Source: faster-whisper 1.2.1, vad.py: before each frame comes the end of the one before, and two states are kept.
    """
    import numpy as np  # noqa: PLC0415 - only this child may load it
    from faster_whisper.vad import get_vad_model  # noqa: PLC0415 - as above

    ear = get_vad_model().session
    end, hidden, cell = (np.zeros(size, np.float32) for size in (_BEFORE, (1, 1, 128), (1, 1, 128)))
    for first in range(0, len(sound), frames * FRAME):
        heard = np.array(sound[first : first + frames * FRAME], np.float32)
        heard = np.concatenate([end, heard, np.zeros(-len(heard) % FRAME, np.float32)])
        end = heard[-_BEFORE:]
        given = np.lib.stride_tricks.sliding_window_view(heard, _BEFORE + FRAME)[::FRAME]
        told, hidden, cell = ear.run(None, {"input": np.ascontiguousarray(given), "h": hidden, "c": cell})
        yield from np.ravel(told).tolist()


def turns(spans: Sequence[Span]) -> list[Span]:
    """Return the spans joined to what is heard at once."""
    joined = list(spans[:1])
    for (_, before), (start, end) in pairwise(spans):
        fits = end - joined[-1][0] <= WINDOW_S * RATE_HZ and start - before <= MOST_GAP_S * RATE_HZ
        if fits:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def open_model(folder: Path) -> WhisperModel:
    """Return the model in ``folder``, on the processor, in whole numbers of 8 bits.

    Raises:
        RuntimeError: the files are no Whisper model of CTranslate2.

    """
    from faster_whisper import WhisperModel  # noqa: PLC0415 - as above
    from faster_whisper.feature_extractor import FeatureExtractor  # noqa: PLC0415 - as above

    threads = min(MOST_THREADS, os.cpu_count() or 1)
    model = WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=1, local_files_only=True
    )
    if len(model.feature_extractor.mel_filters) != model.model.n_mels:  # preprocessor_config.json was left behind
        model.feature_extractor = FeatureExtractor(feature_size=model.model.n_mels)
    return model


def listen(model: WhisperModel, sound: Sound, language: str, tell: Callable[[float], None]) -> Iterator[Segment]:
    """Yield what is said in ``sound``, in order. ``tell`` hears the share that is done."""
    import ctranslate2  # noqa: PLC0415 - as above
    import numpy as np  # noqa: PLC0415 - as above

    for start, end in turns(speech_spans(sound)):
        ctranslate2.set_random_seed(0)  # the higher temperatures draw lots: the same sound gives the same words
        found, _ = model.transcribe(
            np.array(sound[start:end], np.float32),
            language=language,
            beam_size=5,
            temperature=TEMPERATURES,
            compression_ratio_threshold=MOST_REGULAR if language == ENGLISH else MOST_REGULAR_IN_UTF8,
            log_prob_threshold=LEAST_LOGPROB,
            no_speech_threshold=MOST_NO_SPEECH,
            condition_on_previous_text=False,
            word_timestamps=False,
            vad_filter=False,
        )
        for each in found:
            yield Segment(
                start_ms=round(start * 1000 / RATE_HZ + each.start * 1000),
                end_ms=round(min(start / RATE_HZ + each.end, end / RATE_HZ) * 1000),
                text=each.text,
                no_speech=each.no_speech_prob,
                logprob=each.avg_logprob,
            )
            tell(min(1.0, (start / RATE_HZ + each.end) / (len(sound) / RATE_HZ)))
        tell(end / len(sound))


def _own_pipe() -> TextIO:
    """Return standard output for answers alone; from now on everything else printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def main(arguments: Sequence[str]) -> None:
    """Listen to one sound. Whatever goes wrong ends the child with a traceback on standard error."""
    answers = _own_pipe()
    os.environ.update(OFFLINE)
    import numpy as np  # noqa: PLC0415 - as above

    folder, path, language = arguments

    def say(what: dict[str, object]) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    # Mapped, not read: three hours are 700 MB, and a few minutes are needed at a time.
    sound = np.memmap(path, np.dtype("<f4"), "r") if Path(path).stat().st_size else np.zeros(0, np.float32)
    model = open_model(Path(folder))
    if language != ENGLISH and not model.model.is_multilingual:
        message = "the model knows English only"  # it would write English words down, without an error
        raise ValueError(message)
    say({"share": 0.0})
    segments = list(listen(model, sound, language, lambda share: say({"share": share})))
    say({"segments": [segment.model_dump() for segment in segments]})


if __name__ == "__main__":
    main(sys.argv[1:])
