"""What a person at a terminal is told: the lines of a plan, and of orders that are done."""

from __future__ import annotations

import pytest
from test_plan import BOOK, clip_facts, plan

from pipeline.orders import PART, ClipOrder, Order, PartOrder
from pipeline.outline import outline
from pipeline.reasons import reason
from pipeline.screen import Screen
from pipeline.store.receipt import Kind
from pipeline.video.plan import parts
from tasks.view import Job


def order(asset: str, kind: Kind, work: ClipOrder | PartOrder) -> Order:
    return Order(asset=asset, kind=kind, key="0" * 64, source=None, work=work)


@pytest.mark.parametrize(
    ("video", "kind"),
    [
        ({}, None),
        ({"dolby_vision": 5, "color_transfer": None}, "Dolby Vision"),
        ({"dolby_vision": 10, "color_transfer": None}, "Dolby Vision"),
        ({"dolby_vision": 10, "color_transfer": "smpte2084"}, "PQ"),
        ({"dolby_vision": 8, "color_transfer": "arib-std-b67"}, "HLG"),
    ],
)
def test_check_tells_of_every_tone_mapping(video: dict[str, object], kind: str | None) -> None:
    told = outline([order("a.air", "air", ClipOrder(plan=plan(clip_facts(video))))])
    assert [each for each in told if each.code == "plan-tone-mapped"] == (
        [reason("plan-tone-mapped", kind)] if kind else []
    )


def test_a_part_that_is_done_is_told_with_its_number_and_its_stage(capsys: pytest.CaptureFixture[str]) -> None:
    orders: dict[str, Order] = {}
    for stage in ("air", "pages"):
        made = plan(clip_facts({"end_s": 700}, {"end_s": 700}, duration_s=700), BOOK, stage)
        for number, span in enumerate(parts(made)):
            asset = f"a.{stage}{PART}{number:03d}"
            orders[asset] = order(asset, "part", PartOrder(plan=made, span=span))
    screen = Screen("en")
    with screen:
        screen.begin(orders)
        screen.show({asset: Job(state="done", share=1) for asset in orders})
    said = [line.partition(" ")[2] for line in capsys.readouterr().out.splitlines()]
    assert len(set(said)) == len(said) == len(orders) > 2
    assert said[0] == "ชื่อ · on air · part of a long clip 1"
    assert "ชื่อ · for pages · part of a long clip 2" in said
