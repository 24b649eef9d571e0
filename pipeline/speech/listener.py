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
from itertools import pairwise
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


def speech_spans(sound: Sound) -> list[Span]:
    """Return where somebody speaks."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415 - only this child may load it

    if not len(sound):
        return []
    options = VadOptions(min_silence_duration_ms=PAUSE_MS, speech_pad_ms=MARGIN_MS)
    return [(int(span["start"]), int(span["end"])) for span in get_speech_timestamps(sound, options)]


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

    for start, end in turns(speech_spans(sound)):
        ctranslate2.set_random_seed(0)  # the higher temperatures draw lots: the same sound gives the same words
        found, _ = model.transcribe(
            sound[start:end],
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

    sound = np.fromfile(path, np.dtype("<f4")).astype(np.float32, copy=False)
    model = open_model(Path(folder))
    if language != ENGLISH and not model.model.is_multilingual:
        message = "the model knows English only"  # it would write English words down, without an error
        raise ValueError(message)
    say({"share": 0.0})
    segments = list(listen(model, sound, language, lambda share: say({"share": share})))
    say({"segments": [segment.model_dump() for segment in segments]})


if __name__ == "__main__":
    main(sys.argv[1:])
