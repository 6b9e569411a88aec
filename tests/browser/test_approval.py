"""审签 before a real screen: a draft is edited, signed and sent back at both sizes; a leader instructs by a photo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import expect

from bihuan.store import network
from tests import cast
from tests.browser.eyes import sideways
from tests.browser.people import Person
from tests.web.lives import Life, begun
from tests.web.test_notes import PICTURE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def drafted(county: None) -> Life:
    """An order whose two answers lie with the head of the section."""
    with transaction.atomic():
        network.put_post(
            key="jobs.head", name="就业科科长", kind="section_head", unit="labour_jobs", since=cast.SINCE, covers=[]
        )
        network.put_person(key="deng", name="邓云舒")
        network.put_holding(person="deng", post="jobs.head", since=cast.SINCE)
        life = begun().accepted()
        life.go("wang", "reply_requester", result="solved", answer="已推荐12人到岗。")
        return life.go("wang", "reply_desk", result="solved", report="企业工资偏低。", workers_hired="12")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_draft_is_edited_signed_sent_back_and_signed_again(
    size: str, drafted: Life, come: Callable[..., Person]
) -> None:
    section, head = come("deng", size), come("hebing", size)
    section.reads("等我审签")
    page = section.page
    page.get_by_role("link", name="审签发出").click()
    page.goto(f"/orders/{drafted.number}/edit_answer/")
    page.get_by_label("给企业的答复").fill("已推荐12人到岗，9人已签合同。")
    page.get_by_role("button", name="改答复稿").click()
    page.get_by_role("button", name="审签发出").click()
    expect(page.get_by_role("status").first).to_contain_text("接下来由部门负责人（何兵）办")
    head.page.goto(f"/orders/{drafted.number}/")
    head.page.get_by_text("稿子改过1次").click()
    expect(head.page.locator("#approval ins").first).to_have_text("，9人已签合同")
    assert Axe().run(head.page).violations_count == 0
    assert sideways(head.page) == []
    head.page.goto(f"/orders/{drafted.number}/return_draft/")
    head.page.get_by_label("意见").fill("到岗人数再核一次")
    head.page.get_by_role("group", name="退到哪里").get_by_label("科室").check()
    head.page.get_by_role("button", name="退回修改").click()
    expect(head.page.get_by_role("status").filter(has_text="已办“退回修改”")).to_be_visible()
    section.page.goto(f"/orders/{drafted.number}/")
    section.reads("退回的意见").reads("到岗人数再核一次")
    section.page.get_by_role("button", name="审签发出").click()
    expect(section.page.get_by_role("status").filter(has_text="已办“审签发出”")).to_be_visible()
    head.page.goto(f"/orders/{drafted.number}/")
    head.page.get_by_role("button", name="审签发出").click()
    expect(head.page.get_by_role("status").filter(has_text="已办“审签发出”")).to_be_visible()
    head.reads("已反馈待核")
    assert Axe().run(head.page).violations_count == 0


def test_a_leader_photographs_the_handwriting_on_a_telephone_and_the_head_confirms_it(
    drafted: Life, come: Callable[..., Person], tmp_path: Path
) -> None:
    photo = tmp_path / "批示.png"
    photo.write_bytes(PICTURE)
    leader, head = come("luo", "phone"), come("hebing", "phone")
    page = leader.page
    page.goto(f"/orders/{drafted.number}/instruct/")
    assert sideways(page) == []
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_label("主办部门负责人").check()
    page.get_by_role("button", name="批示").click()
    leader.reads("（见批示件）").reads("未阅")
    head.page.goto(f"/orders/{drafted.number}/")
    assert Axe().run(head.page).violations_count == 0
    head.page.get_by_role("button", name="已阅").click()
    expect(head.page.get_by_role("status").filter(has_text="已办“已阅”")).to_be_visible()
    page.reload()
    expect(page.locator("#words")).to_contain_text("已阅")
