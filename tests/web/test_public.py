"""Anybody asks without signing in: two panels, nothing lost, one record for a double tap."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from bihuan.actions import links
from bihuan.store import attachments, events, orders
from bihuan.store.models import Attachment, Order
from tests import cast

pytestmark = pytest.mark.django_db
NEW = "/p/enterprise_order/new/"
FORM = {
    "category": "recruitment",
    "facts": "旺季订单排到春节，包装工缺40人。招了半个月只来了7个。",
    "wish": "11月中旬前到岗30人以上",
    "requester_name": "善卷食品",
    "contact_name": "郭婷",
    "contact_phone": "13807360516",
}
OURS = ("requester_name", "desk")  # drawn by the page; the others from the pack
PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def order_at(answer: HttpResponse) -> Any:
    assert answer.status_code == 302, text(answer)
    found = re.match(r"/t/(\w+)/\?said=submitted", answer.headers["Location"])
    assert found
    actor = links.order_of(found.group(1))
    assert actor
    return orders.by_id(actor.order, seen_by=actor).order


def test_the_form_has_the_packs_own_fields_and_nothing_is_preset(client: Client) -> None:
    page = text(client.get(NEW))
    for word in ("招工", "说不清", "遇到什么、从什么时候开始", "单位名称", "轻工食品产业链党委", "内容涉及商业秘密"):
        assert word in page
    assert "checked" not in page[page.index("<form") :]
    assert page.count('autocomplete="name"') == page.count('autocomplete="tel"') == 1
    assert "只用于办这件事时联系您；办结满1年删除" in page


def test_what_was_submitted_is_an_unverified_order_with_a_link(client: Client) -> None:
    order = order_at(client.post(NEW, FORM))
    assert (order.state, order.channel, order.verified) == ("submitted", "self", False)
    assert (order.requester, order.requester_name, order.desk) == ("shanjuan", "善卷食品", "food")
    assert order.title == "旺季订单排到春节，包装工缺40人"
    assert events.personal_of(order.id) == {"contact_name": "郭婷", "contact_phone": "13807360516"}


def test_an_unknown_name_asks_for_the_chain_and_keeps_everything_typed(client: Client) -> None:
    answer = client.post(NEW, {**FORM, "requester_name": "善卷"})
    assert answer.status_code == 400
    page = text(answer)
    assert '<a href="#f-desk">' in page
    for typed in (FORM["facts"], FORM["wish"], "善卷", "郭婷", "13807360516", 'value="recruitment" checked'):
        assert typed in page
    order = order_at(client.post(NEW, {**FORM, "requester_name": "善卷", "desk": "equipment"}))
    assert (order.requester, order.requester_name, order.desk) == ("", "善卷", "equipment")


def test_every_fault_is_named_at_once_above_and_beside_its_field(client: Client) -> None:
    answer = client.post(NEW, {"contact_phone": "1380736051"})
    assert answer.status_code == 400
    page = text(answer)
    assert "<title>有6处要改：点单</title>" in page
    summary = re.findall(r'<a href="#f-(\w+)">([^<]+)</a>', page)
    assert [key for key, _said in summary] == [
        "category",
        "facts",
        "requester_name",
        "desk",
        "contact_name",
        "contact_phone",
    ]
    for key, said in summary:
        assert f'id="f-{key}-{"e" if key in OURS else "d"}">{said}</span>' in page
    assert "手机号少了位数" in dict(summary)["contact_phone"]
    assert page.index('role="alert"') < page.index("<form")
    assert not Order.objects.exists()


def test_a_chain_that_is_none_is_not_taken(client: Client) -> None:
    for desk in ("labour_bureau", "nothing", "foundry"):
        assert client.post(NEW, {**FORM, "requester_name": "某厂", "desk": desk}).status_code == 400


def test_a_double_tap_makes_one_order(client: Client) -> None:
    form = {**FORM, "form_key": "0" * 32}
    first, second = client.post(NEW, form), client.post(NEW, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Order.objects.count() == 1


def test_a_made_up_form_key_opens_nobody_elses_order(client: Client) -> None:
    mine = order_at(client.post(NEW, {**FORM, "form_key": "guess-me"}))
    theirs = order_at(client.post(NEW, {**FORM, "form_key": "guess-me"}))
    assert mine.id != theirs.id


def test_a_secret_order_is_marked_as_such(client: Client) -> None:
    assert order_at(client.post(NEW, {**FORM, "secret": "1"})).secret
    assert not order_at(client.post(NEW, FORM)).secret


def test_asking_leaves_no_session_behind(client: Client) -> None:
    client.get(NEW)
    client.post(NEW, FORM)
    assert "bihuan_session" not in client.cookies


@pytest.mark.parametrize("path", ["/p/nothing/new/", "/p/enterprise_order/new/?type=nothing"])
def test_an_unknown_programme_or_kind_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, FORM).status_code == 404


# ---------- too many ----------
def test_a_network_address_that_submits_too_much_is_told_so_and_keeps_its_words(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "submit": "2/h/ip"}
    assert [client.post(NEW, FORM).status_code for _n in range(2)] == [302, 302]
    answer = client.post(NEW, FORM)
    assert answer.status_code == 429
    assert "提交得太多了" in text(answer) and FORM["facts"] in text(answer)
    assert Order.objects.count() == 2
    elsewhere = client.post(NEW, FORM, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


# ---------- papers ----------
def test_papers_arrive_with_the_order(client: Client) -> None:
    papers = [SimpleUploadedFile("合同.pdf", PDF), SimpleUploadedFile("名单.csv", "姓名".encode())]
    order = order_at(client.post(NEW, {**FORM, "attachments": papers}))
    assert [one["name"] for one in attachments.of_order(order.id, inner=False)] == ["合同.pdf", "名单.csv"]


def test_a_wrong_file_is_named_and_the_right_ones_stay(client: Client) -> None:
    papers = [SimpleUploadedFile("合同.pdf", PDF), SimpleUploadedFile("程序.exe", b"MZ\x90")]
    answer = client.post(NEW, {**FORM, "attachments": papers})
    assert answer.status_code == 400
    page = text(answer)
    assert "“程序.exe”这种文件不收" in page and '<a href="#f-attachments">' in page
    assert "不要“合同.pdf”" in page and "程序.exe”</label>" not in page
    [kept] = re.findall(r'name="kept_files" value="([^"]+)"', page)
    order = order_at(client.post(NEW, {**FORM, "kept_files": kept}))
    assert [one["name"] for one in attachments.of_order(order.id, inner=False)] == ["合同.pdf"]


def test_a_file_that_came_before_can_be_left_out(client: Client) -> None:
    page = text(client.post(NEW, {**FORM, "facts": "", "attachments": SimpleUploadedFile("合同.pdf", PDF)}))
    [kept] = re.findall(r'name="kept_files" value="([^"]+)"', page)
    [number] = re.findall(r'name="drop" value="(\d+)"', page)
    order = order_at(client.post(NEW, {**FORM, "kept_files": kept, "drop": number}))
    assert attachments.of_order(order.id, inner=True) == []


@pytest.mark.parametrize("forged", ["1", '[[1,"x"]]', "eyJhIjoxfQ:1abc:xyz"])
def test_nobody_takes_anothers_file_by_its_number(client: Client, forged: str) -> None:
    client.post(NEW, {**FORM, "facts": "", "attachments": SimpleUploadedFile("别人的.pdf", PDF)})
    file = Attachment.objects.get()
    order = order_at(client.post(NEW, {**FORM, "kept_files": forged, "attachments": f"{file.pk}"}))
    assert attachments.of_order(order.id, inner=True) == []


def test_six_files_are_enough(client: Client) -> None:
    papers = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(7)]
    answer = client.post(NEW, {**FORM, "attachments": papers})
    assert answer.status_code == 400
    assert "一次最多6个文件" in text(answer)
    assert Attachment.objects.count() == 6


def test_a_file_that_waited_too_long_is_named_and_asked_for_again(client: Client) -> None:
    page = client.post(
        NEW, {**FORM, "facts": "", "attachments": SimpleUploadedFile("说明.txt", b"ok")}
    ).content.decode()
    [kept] = re.findall(r'name="kept_files" value="([^"]+)"', page)
    Attachment.objects.all().delete()  # as the worker does after a day
    answer = client.post(NEW, {**FORM, "kept_files": kept})
    assert answer.status_code == 400
    assert "“说明.txt”放了一天多没有提交，已经清掉了，请重新选。" in html.unescape(answer.content.decode())
