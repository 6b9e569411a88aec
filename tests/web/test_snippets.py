"""Texts used again and again: written once, filled in for the order, put into an answer with and without script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from bihuan.store import network, versions
from tests import cast, lives
from tests.web.staff import at, queries, signed_in, source, text

pytestmark = pytest.mark.django_db

LATER = cast.NOW + timedelta(hours=8)
PAGE = "/mine/snippets/"


@pytest.fixture
def wang() -> Client:
    cast.found()
    at(LATER)
    return signed_in("wang")


def accepted() -> str:
    number = lives.played(lives.ACCEPTED)[0].number
    at(LATER)
    return number


def keep(client: Client, name: str, words: str, **more: str) -> int:
    return client.post(PAGE, {"name": name, "text": words, **more}).status_code


def option(page: str, name: str) -> str:
    found = re.search(rf'<option value="(\d+)"[^>]*>{name}', page)
    assert found
    return found.group(1)


def test_a_text_goes_into_the_answer_filled_in_and_nothing_typed_is_lost(wang: Client) -> None:
    number = accepted()
    assert keep(wang, "问候", "{企业}：您的{单号}由{部门}{姓名}办理，最迟{期限}答复。") == 302
    address = f"/orders/{number}/reply_requester/"
    page = source(wang.get(address))
    said = f"沅澧精密铸造：您的{number}由人社局王磊办理，最迟10月31日答复。"
    assert f'data-text="{said}"' in page and 'data-insert="' in page
    sent = {"answer": "先写的话。", "result": "planned", "snippet": option(page, "问候"), "insert": "answer"}
    answer = wang.post(address, sent)
    assert answer.status_code == 200 and f"先写的话。\n{said}</textarea>" in source(answer)
    assert re.search(r'value="planned" checked', source(answer))
    assert lives.orders.by_number(number, seen_by=cast.SYSTEM).order.replies == {}


def test_a_blank_that_is_not_settled_yet_is_said_and_the_text_is_not_put_in(wang: Client) -> None:
    number = lives.played((lives.REGISTER,))[0].number
    at(LATER)
    zhou = signed_in("zhou")
    keep(zhou, "告知", "已派{部门}")
    address = f"/orders/{number}/remind/"
    page = source(zhou.get(address))
    assert "告知（填不全）" in page
    answer = zhou.post(address, {"text": "请快", "snippet": option(page, "告知"), "insert": "text"})
    assert answer.status_code == 400 and "这张单还没有部门，这条常用语填不全，请自己写" in text(answer)
    assert ">请快</textarea>" in source(answer)


def test_an_answer_with_an_unfilled_blank_is_not_sent(wang: Client) -> None:
    number = accepted()
    answer = wang.post(f"/orders/{number}/reply_requester/", {"result": "planned", "answer": "{企业}您好"})
    assert answer.status_code == 400 and "还有没填的{…}" in text(answer)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "甲", "text": "{公司}您好"}, "没有{公司}这个空，只能用{企业}、{单号}、{部门}、{期限}、{姓名}"),
        ({"name": "", "text": "您好"}, "请给常用语起个名字"),
        ({"name": "甲", "text": "{企业您好"}, "花括号没有成对"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused_with_a_sentence(wang: Client, sent: dict[str, str], said: str) -> None:
    answer = wang.post(PAGE, sent)
    assert answer.status_code == 400 and said in text(answer)
    assert not sent["text"] or sent["text"] in source(answer)


def test_a_post_s_text_is_there_for_its_holders_and_a_person_s_for_nobody_else(wang: Client) -> None:
    number = accepted()
    keep(wang, "自己的", "您好")
    keep(wang, "共用的", "您好", shared="1")
    network.put_holding(person="liyun", post="labour.handler", since=cast.SINCE)
    versions.bump("network")
    liyun = signed_in("liyun")
    liyun.post("/me/", {"post": "labour.handler2"})
    assert "共用的" not in text(liyun.get(PAGE))
    liyun.post("/me/", {"post": "labour.handler"})
    page = text(liyun.get(PAGE)) + text(liyun.get(f"/orders/{number}/reply_requester/"))
    assert "自己的" not in page and page.count("共用的") >= 1


def test_a_text_is_changed_and_forgotten_by_who_may_use_it(wang: Client) -> None:
    keep(wang, "旧名", "您好")
    found = re.search(r'id="s(\d+)"', source(wang.get(PAGE)))
    assert found
    sent = {"id": found.group(1), "name": "新名", "text": "再见"}
    assert signed_in("sun").post(PAGE, sent).status_code == 404
    assert wang.post(PAGE, sent).status_code == 302 and "再见" in source(wang.get(PAGE))
    wang.post(PAGE, {"id": found.group(1), "does": "drop"})
    assert "还没有常用语" in text(wang.get(PAGE))


def test_twenty_are_enough_and_no_page_reads_them_apart(wang: Client) -> None:
    number = accepted()
    address = f"/orders/{number}/reply_requester/"
    few = queries(wang, address)
    for n in range(20):
        assert keep(wang, f"第{n}", "您好") == 302
    assert "最多存20条" in text(wang.post(PAGE, {"name": "多了", "text": "您好"}))
    assert queries(wang, address) == few


def test_the_contact_of_an_enterprise_has_no_office_texts(wang: Client) -> None:
    assert signed_in("liufang").get(PAGE).status_code == 404
