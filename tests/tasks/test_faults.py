"""Workers, brokers and children die; the work goes on. Real Celery, real Valkey, real signals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from stage import ROOT, Stage, good_clips, set_stage

from pipeline import jobs
from pipeline.context import open_context
from pipeline.orders import Order
from pipeline.settings import read_settings
from tasks import progress
from tasks.app import make_app, transport_url
from tasks.crew import _server_command
from tasks.messages import pack
from tasks.view import Job

PATIENCE_S = 90


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stage = set_stage(tmp_path_factory.mktemp("source"), small=True)
    good_clips(stage)
    return stage.media_in


@pytest.fixture
def stage(clips: Path, tmp_path: Path) -> Stage:
    made = set_stage(tmp_path / "event", small=True)
    shutil.copytree(clips, made.media_in, dirs_exist_ok=True)
    return made


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    socket = Path("/tmp") / f"showcase-test-{os.getpid()}.sock"  # noqa: S108 - a socket's path is at most 108 bytes
    server = subprocess.Popen(_server_command(socket), cwd=tmp_path_factory.mktemp("broker"), stdout=subprocess.DEVNULL)
    until(socket.exists)
    yield f"unix://{socket}"
    server.terminate()
    server.wait(10)


@contextmanager
def plain_worker(stage: Stage, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as another machine would start it."""
    command = [sys.executable, "-m", "celery", "-A", "worker", "worker", "-c", "1"]
    environment = {**stage.environment(), "SHOWCASE_BROKER_URL": url}
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGQUIT)
        worker.wait(20)


def until(holds: Callable[[], object]) -> None:
    """Wait until ``holds`` does; a guard against hanging, not a promise of speed."""
    for _ in range(PATIENCE_S * 10):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("waited in vain")


def order(stage: Stage, asset: str) -> Order:
    return jobs.survey(open_context(read_settings(stage.environment()))).orders[asset]


def send(url: str, task: str, queue: str, work: Order) -> None:
    make_app(transport_url(url)).send_task(task, args=[pack(work)], queue=queue)


def state(url: str, asset: str) -> Job:
    return progress.read(progress.connect(url), [asset])[asset]


def test_a_plain_worker_fills_orders(stage: Stage, broker: str) -> None:
    photo = order(stage, "photos.photo.photo")
    with plain_worker(stage, broker):
        send(broker, "showcase.photo", "photo", photo)
        send(broker, "showcase.photo", "photo", photo)
        until(lambda: state(broker, photo.asset).state == "done")
    assert stage.json("receipts/photos.photo.photo.json")["key"] == photo.key
    assert state(broker, photo.asset).attempts == 1  # the second one found it made


def test_a_killed_child_gives_its_order_back(stage: Stage, broker: str) -> None:
    air = order(stage, "two.air")
    with plain_worker(stage, broker) as worker:
        send(broker, "showcase.air", "air", air)
        until(lambda: state(broker, air.asset).state == "running")
        for pid in _children(worker.pid):
            os.kill(pid, signal.SIGKILL)
        until(lambda: state(broker, air.asset).state == "done")
    assert state(broker, air.asset).attempts >= 2
    assert "refused" not in stage.json("receipts/two.air.json")


def test_the_run_replaces_a_killed_worker(stage: Stage) -> None:
    running = stage.start("run")
    until(lambda: _workers(stage))
    time.sleep(3)
    for pid in _workers(stage):
        os.kill(pid, signal.SIGKILL)
    assert running.wait(PATIENCE_S * 2) == 0
    assert len(list((stage.media_out / "show").glob("*.mp4"))) == 4


def test_a_broker_that_dies_ends_the_run_with_words(stage: Stage) -> None:
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run"]
    running = subprocess.Popen(
        command, env=stage.environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    until(lambda: _workers(stage))
    for child in _children(running.pid):
        if b"valkey-server" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(child, signal.SIGKILL)
    said, _ = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 1
    assert "Traceback" not in said.decode()
    assert "broker" in said.decode()
    assert stage.showcase("run").returncode == 0


def test_a_lost_queue_is_worked_out_again(stage: Stage, broker: str) -> None:
    environment = {**stage.environment(), "SHOWCASE_BROKER_URL": broker}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run"]
    running = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = redis.Redis.from_url(broker)
    until(lambda: client.keys("showcase:job:*"))
    client.flushall()
    assert running.wait(PATIENCE_S * 2) == 0
    assert len(list((stage.media_out / "show").glob("*.mp4"))) == 4


def _children(pid: int) -> list[int]:
    return [int(name) for name in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _workers(stage: Stage) -> list[int]:
    """The main process of each worker of the stage: its parent is the run, not another worker."""
    workers = [pid for pid, line in stage.processes().items() if "celery" in line]
    return [pid for pid in workers if _parent(pid) not in workers]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
