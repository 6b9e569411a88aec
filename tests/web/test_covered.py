"""A unit that need not have what the network asks for: exempt for a time, listed apart, counted out, never claimed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.core.figures import Asked
from bihuan.core.instants import iso
from bihuan.store import duties, figures, packs
from tests import cast
from tests.web.staff import KEY, at, links, queries, signed_in, text

pytestmark = pytest.mark.django_db
P = "enterprise_order"
PAGE = "/network/covered/chamber_per_chain/food/"
GIVEN = {"reason": "产业链刚成立，商会在筹备", "until": "2022-12-31", "form_key": KEY}


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(cast.NOW)


def row(said: str, name: str = "每个产业链一个商会") -> str:
    """Return what the table of requirements says of one of them."""
    return said[said.index(name) :][:60]


def counted(key: str, as_of: str = "") -> object:
    day = cast.NOW.date()
    return figures.figure(
        seen_by=cast.SYSTEM, programme=packs.programme(P), key=key, asked=Asked(day, day, as_of), now=cast.NOW
    )


def test_a_unit_is_exempt_for_a_time_with_a_reason_and_no_longer_counts_as_missing() -> None:
    du = signed_in("du")
    gaps = du.get("/network/gaps/")
    assert "0/2" in row(text(gaps)) and PAGE in links(gaps)
    page = text(du.get(PAGE))
    assert "有0，至少1" in page and "为什么豁免" in page
    assert du.post(PAGE, GIVEN).status_code == 302
    assert "0/1" in row(text(du.get("/network/gaps/"))) and PAGE in links(du.get("/network/gaps/"))
    assert "豁免1处" in text(du.get("/network/"))
    seen = text(signed_in("he").get(PAGE))
    assert "已豁免，不计在应有里" in seen and "2022-09-29起，杜督查免到2022-12-31：产业链刚成立，商会在筹备" in seen
    assert "为什么收回" not in seen
    for day, holds in (("2022-09-28", False), ("2022-12-31", True), ("2023-01-01", False)):
        assert ("已豁免" in text(du.get(f"{PAGE}?at={day}"))) is holds, day
    number = duties.waivers(packs.programme(P), "coverage.chamber_per_chain")["food"][0].number
    taken = {"number": number, "reason": "商会成立了", "form_key": "b" * 32}
    assert du.post(PAGE, taken).status_code == 302
    assert "0/2" in row(text(du.get("/network/gaps/")))


def test_only_whom_the_programme_names_exempts_and_only_what_it_lets_be_exempt() -> None:
    he = signed_in("he")
    refused = he.post(PAGE, GIVEN)
    assert refused.status_code == 400 and "您的岗位不能免" in text(refused)
    du = signed_in("du")
    wrong = du.post(PAGE, {**GIVEN, "until": "2022-09-01"})
    assert wrong.status_code == 400 and "产业链刚成立" in wrong.content.decode()
    assert du.post(PAGE.replace("chamber", "secretary"), GIVEN).status_code == 404  # nobody may exempt from that
    assert not any(duties.exempt_on(packs.programme(P), cast.NOW.date()).values())
    assert signed_in("guo").get(PAGE).status_code == 404
    for address in (PAGE.replace("food", "foundry"), PAGE.replace("food", "none"), PAGE.replace("chamber_", "none_")):
        assert du.get(address).status_code == 404, address


def test_figures_count_the_exempt_apart_and_a_claim_about_all_is_not_made_of_them() -> None:
    areas = PAGE.replace("chamber_per_chain", "areas_per_chain")
    du = signed_in("du")
    before = signed_in("he").get(f"/reports/figures/{P}/eo_area_ok/")
    assert counted("eo_area_ok").value is False  # type: ignore[attr-defined]
    for chain in ("food", "equipment"):
        du.post(areas.replace("food", chain), {**GIVEN, "form_key": chain.ljust(32, "0")})
    assert counted("eo_area_ok").value is False  # type: ignore[attr-defined]
    page = signed_in("he").get(f"/reports/figures/{P}/eo_area_ok/")
    assert "已豁免的" in text(page) and "已豁免的" not in text(before)
    assert f"{areas}?at=2022-09-29" in links(page)
    for link in links(page, "/network/covered/"):
        assert "已豁免，不计在应有里" in text(du.get(link))
    past = text(signed_in("he").get(f"/reports/figures/{P}/eo_area_ok/?as_of={iso(cast.NOW - timedelta(hours=1))}"))
    assert "已豁免的" not in past


def test_the_pages_of_the_network_ask_as_often_whoever_is_exempt() -> None:
    du = signed_in("du")
    few = [queries(du, address) for address in ("/network/", "/network/gaps/", PAGE)]
    du.post(PAGE, GIVEN)
    du.post(PAGE.replace("food", "equipment"), {**GIVEN, "form_key": "c" * 32})
    assert [queries(du, address) for address in ("/network/", "/network/gaps/", PAGE)] == few
