"""`bihuan handover` shows what would happen and does it only when told to."""

from __future__ import annotations

import json

import pytest

from bihuan.store import clock
from tests import cast
from tests.actions.test_handovers import LATER, POST, taken
from tests.cli.conftest import Run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _county(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: LATER)


def test_a_hand_over_is_shown_and_done_only_when_told_to(run: Run) -> None:
    first, second = taken(2)
    looked = run("handover", POST, "--keep", second.number)
    assert looked.code == 0 and "能移交2件" in looked.out and "原人办完" in looked.out
    assert first.order.handler == "wang"
    done = run("handover", POST, "--keep", second.number, "--go", "--json")
    assert (done.code, json.loads(done.out)["ready"]) == (0, 2)
    assert (first.order.handler, second.order.keeper) == ("qin", "wang~handler")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((POST, "--to-post", "finance.handler"), "不在人社局；换部门请用“改派”"),
        (("nowhere", "--from", "王磊"), "没有这个岗位"),
        ((POST, "--from", "无此人"), "无此人"),
        ((POST, "--keep", "QD2022-9999"), "这些单不在原任职人名下：QD2022-9999"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(run: Run, arguments: tuple[str, ...], said: str) -> None:
    (life,) = taken(1)
    done = run("handover", *arguments, "--go")
    assert done.code == 1 and said in done.err and "Traceback" not in done.err
    assert life.order.handler == "wang"
