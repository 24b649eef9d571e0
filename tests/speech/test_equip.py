"""What recognises speech: with nothing set silence, with something wrong one word, and what was made stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from speech_factory import need_engine

from pipeline.errors import MachineError
from pipeline.settings import Settings, read_settings
from pipeline.speech import equip
from pipeline.speech.draft import Recogniser
from pipeline.speech.equip import MEMORY, find_recogniser

MULTILINGUAL = '["a", "b", "", "<|th|>"]'
ENGLISH = "a\nb\n<|en|>\n"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder that has all that a model has; only the engine would see that it is none."""
    folder = tmp_path / "model"
    folder.mkdir()
    for name, text in (("config.json", "{}"), ("tokenizer.json", "{}"), ("vocabulary.json", MULTILINGUAL)):
        (folder / name).write_text(text, "utf-8")
    (folder / "model.bin").write_bytes(b"weights" * 100)
    return folder


def settings(tmp_path: Path, model: Path | None) -> Settings:
    return Settings(tmp_path / "in", tmp_path / "out", tmp_path, None, None, None, speech_model=model)


def found(tmp_path: Path, model: Path | None, *, decide: bool = True) -> tuple[Recogniser | None, list[str]]:
    recogniser, told = find_recogniser(settings(tmp_path, model), decide=decide)
    return recogniser, [why.code for why in told]


def test_the_setting_is_a_folder_and_travels_to_workers(tmp_path: Path) -> None:
    told = {"SHOWCASE_SPEECH_MODEL": str(tmp_path / "m")}
    assert read_settings(told).speech_model == tmp_path / "m"
    assert read_settings(read_settings(told).environment()) == read_settings(told | {"SHOWCASE_IN": "media_in"})
    assert read_settings({}).speech_model is None
    assert "SHOWCASE_SPEECH_MODEL" not in read_settings({}).environment()


def test_with_nothing_ever_set_nothing_is_said_and_nothing_written(tmp_path: Path) -> None:
    assert found(tmp_path, None) == (None, [])
    assert not (tmp_path / "out").exists()


def test_without_the_extra_there_is_one_word(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equip, "_MODULES", ("a_module_that_nobody_has",))
    assert found(tmp_path, model) == (None, ["speech-extra-missing"])


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    need_engine()
    assert found(tmp_path, tmp_path / "nowhere") == (None, ["speech-model-missing"])


@pytest.mark.parametrize("lacking", ["config.json", "model.bin", "tokenizer.json", "vocabulary.json"])
@pytest.mark.parametrize("empty", [False, True])
def test_a_model_without_all_its_files_is_told(tmp_path: Path, model: Path, lacking: str, *, empty: bool) -> None:
    need_engine()
    (model / lacking).unlink()
    if empty:
        (model / lacking).touch()
    recogniser, told = find_recogniser(settings(tmp_path, model))
    assert recogniser is None
    assert [why.code for why in told] == ["speech-model-incomplete"]
    assert lacking in told[0].en


def test_a_config_that_is_no_json_is_told(tmp_path: Path, model: Path) -> None:
    need_engine()
    (model / "config.json").write_text("[1]", "utf-8")
    assert found(tmp_path, model) == (None, ["speech-model-incomplete"])


def test_a_whole_model_is_at_hand_without_a_word(tmp_path: Path, model: Path) -> None:
    need_engine()
    recogniser, told = found(tmp_path, model)
    assert told == []
    assert recogniser is not None
    assert recogniser.is_at_hand
    assert recogniser.knows("th")
    assert "faster-whisper=" in recogniser.engine


def test_a_model_that_knows_english_only_is_told(tmp_path: Path, model: Path) -> None:
    need_engine()
    (model / "vocabulary.json").unlink()
    (model / "vocabulary.txt").write_text(ENGLISH, "utf-8")
    recogniser, told = found(tmp_path, model)
    assert told == ["speech-model-english"]
    assert recogniser is not None
    assert (recogniser.knows("th"), recogniser.knows("en-GB")) == (False, True)


def test_a_model_is_known_by_its_bytes_and_hashed_once(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_engine()
    first, _ = found(tmp_path, model)
    moved = model.rename(tmp_path / "elsewhere")
    again, _ = found(tmp_path, moved)
    assert again == first
    other, _ = _touched(tmp_path, moved / "model.bin", b"WEIGHTS" * 100)
    assert first is not None
    assert other is not None
    assert other.sha256 != first.sha256

    def unwanted(path: Path) -> str:
        pytest.fail(f"{path} was read again")

    monkeypatch.setattr(equip, "digest", unwanted)
    assert found(tmp_path, moved)[0] == other


def _touched(tmp_path: Path, file: Path, data: bytes) -> tuple[Recogniser | None, list[str]]:
    file.write_bytes(data)
    os.utime(file, ns=(10**18, 10**18))
    return found(tmp_path, file.parent)


def test_who_helps_takes_the_choice_of_the_run(tmp_path: Path, model: Path) -> None:
    need_engine()
    assert found(tmp_path, model, decide=False) == (None, [])
    chosen, _ = found(tmp_path, model)
    assert found(tmp_path, None, decide=False) == (chosen, [])


def test_when_the_model_or_the_setting_goes_missing_the_choice_stays(tmp_path: Path, model: Path) -> None:
    need_engine()
    chosen, _ = found(tmp_path, model)
    assert chosen is not None
    recogniser, told = found(tmp_path, tmp_path / "unmounted")
    assert told == ["speech-model-missing"]
    assert recogniser == chosen.model_copy(update={"is_at_hand": False})
    assert found(tmp_path, model) == (chosen, [])
    assert found(tmp_path, None) == (chosen.model_copy(update={"is_at_hand": False}), [])
    assert found(tmp_path, model, decide=False) == (chosen, [])  # who only looked has undone nothing


def test_a_memory_that_cannot_be_read_counts_as_none(tmp_path: Path, model: Path) -> None:
    need_engine()
    chosen, _ = found(tmp_path, model)
    settings(tmp_path, model).state.joinpath(MEMORY).write_text("{", "utf-8")
    assert found(tmp_path, model) == (chosen, [])


def test_a_machine_with_another_model_leaves_the_order_to_others(tmp_path: Path, model: Path) -> None:
    need_engine()
    from test_segments import PLAN  # noqa: PLC0415 - a plan for a model that nobody has

    for folder in (model, None, tmp_path / "nowhere"):
        with pytest.raises(MachineError, match="speech-missing"):
            equip.demand_recogniser(PLAN, settings(tmp_path, folder))


def test_neither_orders_nor_what_finds_the_model_loads_the_engine() -> None:
    names = "pipeline.speech.draft, pipeline.speech.equip, pipeline.speech.listen"
    heavy = "{'faster_whisper', 'ctranslate2', 'onnxruntime', 'numpy', 'huggingface_hub'}"
    code = f"import sys, {names}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"
