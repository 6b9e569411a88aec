"""义务提醒: who may enter is told once a period, in working hours, while nothing is there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bihuan.actions import ledger as actions
from bihuan.actions.reminders import remind
from bihuan.core.permission import SYSTEM
from bihuan.jobs.notices import Rounds
from bihuan.store import contacts, notices
from bihuan.store.models import Delivery
from tests import cast
from tests.web.staff import at, links, signed_in, text

pytestmark = pytest.mark.django_db
P = "enterprise_order"
NIGHT = cast.NOW + timedelta(hours=12)
# The half month ends on Friday 30 September 2022: on Thursday one workday is left, on Monday four.
EARLY = cast.NOW - timedelta(days=3)


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    at(cast.NOW)


def told(key: str = "huddle") -> list[str]:
    return sorted(Delivery.objects.filter(verb="duty", type=key, channel="inapp").values_list("person", flat=True))


def huddle(unit: str, when: datetime = EARLY) -> None:
    facts = {"unit": unit, "date": "2022-09-26", "topic": "用工", "attendance": "9", "has_evidence": True}
    actions.enter(actor=SYSTEM, programme=P, activity="half_month_meeting", facts=facts, now=when)


def test_those_who_may_enter_are_told_when_the_end_is_near_and_only_once() -> None:
    assert remind(now=EARLY) == 0
    n = remind(now=cast.NOW)
    assert n == Delivery.objects.filter(verb="duty").count() > 0
    assert "shen" in told() and "wang" not in told() and "he" not in told() and "du" not in told()
    assert remind(now=cast.NOW + timedelta(hours=1)) == 0


def test_a_duty_that_is_kept_reminds_nobody_of_it() -> None:
    huddle("equipment")
    remind(now=cast.NOW)
    assert not Delivery.objects.filter(type="huddle", clock="equipment").exists()
    assert Delivery.objects.filter(type="huddle", clock="food").exists()


def test_nobody_is_reminded_at_night_or_on_days_off() -> None:
    assert remind(now=NIGHT) == 0
    assert remind(now=datetime.fromisoformat("2022-10-01T02:20:00+00:00")) == 0


def test_the_reminder_leads_to_ones_own_duties_and_into_the_one_digest_of_the_day() -> None:
    contacts.set_address("shen", "mail", "shen@example.com", "2022-09-01T00:00:00.000000Z")
    Rounds().round(cast.NOW)
    page = signed_in("shen").get("/notices/")
    assert "“半月一碰头”快到期，还没记" in text(page) and "/mine/#duties" in links(page)
    assert [one.type for one in notices.kept_for("shen") if one.verb == "duty"][:1] == ["huddle"]
