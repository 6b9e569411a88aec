"""`bihuan search` names who asks, and writes its index anew without stopping anything."""

from __future__ import annotations

import json

import pytest

from bihuan.store.models import Term
from tests import cast, lives
from tests.cli.conftest import Run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def test_a_person_finds_what_they_may_see(run: Run) -> None:
    order = lives.submitted()
    done = run("search", "数控", "--person", "周敏")
    assert done.code == 0 and order.number in done.out and "沅澧精密铸造" in done.out
    assert "没有找到“数控”" in run("search", "数控", "--person", "sun").out
    found = json.loads(run("search", "数控", "春节", "--person", "zhou", "--json").out)
    assert [one["number"] for one in found["orders"]] == [order.number]


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (("search",), 2, "请写要找的词"),
        (("search", "数控"), 2, "--person"),
        (("search", "数控", "--person", "无此人"), 1, "无此人"),
        (("search", "数控", "--person", "zhou", "--post", "labour.head"), 1, "没有担任这个岗位"),
        (("search", "数控", "--person", "zhou", "--limit", "0"), 2, "1到200"),
    ],
)
def test_what_cannot_be_searched_is_said_in_one_sentence(
    run: Run, given: tuple[str, ...], code: int, said: str
) -> None:
    done = run(*given)
    assert done.code == code and said in done.err and "Traceback" not in done.err


def test_the_index_is_written_anew(run: Run) -> None:
    lives.submitted()
    assert "共1张单" in run("search", "--rebuild").out
    kept = set(Term.objects.values_list("term", "order"))
    assert kept
    Term.objects.filter(term__gt=0).delete()
    assert run("search", "--rebuild").code == 0
    assert set(Term.objects.values_list("term", "order")) == kept
