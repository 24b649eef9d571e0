"""What all tests share: the bundled ffmpeg, real media when it is there, and the rule for missing tools."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import imageio_ffmpeg
import pytest
from hypothesis import settings
from stage import Stage, bad_files, good_clips, set_stage

# Deadlines would measure the machine. In CI the examples are the same each time, so that red means a change.
settings.register_profile("calm", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("calm")

REPOSITORY = Path(__file__).resolve().parent.parent


def missing(what: str) -> None:
    """Skip the test, or fail it where ``CI`` is set: there everything must be installed."""
    message = f"{what} is not on this machine"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def need_tool(name: str) -> str:
    """Return where the tool is; skips the test (fails it in CI) when it is missing."""
    found = shutil.which(name)
    if not found:
        missing(name)
    return str(found)


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    """The ffmpeg that Showcase itself uses."""
    return os.environ.get("SHOWCASE_FFMPEG") or str(imageio_ffmpeg.get_ffmpeg_exe())


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """Real clips and photos beside the repository. They are in no checkout, so CI skips these tests too."""
    folder = REPOSITORY.parent / "shared" / "media"
    if not folder.is_dir():
        pytest.skip("no shared media beside the repository")
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The small event after one real run, bad files among the good; made once for all tests that look at it."""
    stage = set_stage(tmp_path_factory.mktemp("event"))
    good_clips(stage)
    bad_files(stage)
    done = stage.showcase("run")
    assert done.returncode == 3, done.stdout + done.stderr
    (stage.media_out.parent / "said.txt").write_text(done.stdout + done.stderr, "utf-8")
    return stage
