"""批示 on the pages: words or a photo of the handwriting, addressed to posts, read by who holds them."""

from __future__ import annotations

import struct
import zlib
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.actions.orders import submit_order
from bihuan.actions.verify import verify
from bihuan.core.notices import tellings
from bihuan.core.order_state import OrderState
from bihuan.store import attachments, events
from tests import cast, lives
from tests.web.staff import at, queries, signed_in, source, text

pytestmark = pytest.mark.django_db


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\xff"))
    + _chunk(b"IEND", b"")
)


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def accepted() -> OrderState:
    order, now = lives.played(lives.ACCEPTED)
    at(now + lives.HOUR)
    return order


def send(client: Client, order: OrderState, verb: str, **facts: Any) -> Any:
    seen = lives.again(order)
    return client.post(f"/orders/{order.number}/{verb}/", {"form_key": uuid4().hex, "expect": seen.seq, **facts})


def photo(size: int = 0) -> SimpleUploadedFile:
    """Return a small picture, with so many bytes more behind it."""
    return SimpleUploadedFile("批示.png", PICTURE + b"\0" * size, "image/png")


def test_a_leader_instructs_by_a_photo_of_the_handwriting_alone_and_the_department_reads_it() -> None:
    order = accepted()
    leader, head = signed_in("luo"), signed_in("hebing")
    answer = send(leader, order, "instruct", attachments=photo(), to_whom=["unit_head"])
    assert answer.status_code == 302
    held = lives.again(order)
    (note,) = held.notes.values()
    assert note["to"] == ["labour.head"] and note["read"] == {}
    page = text(head.get(f"/orders/{order.number}/"))
    assert "批示与传阅" in page and "（见批示件）" in page and "何兵 未阅" in page and "下一步：已阅" in page
    assert len(attachments.of_order(order.id, inner=True)) == 1
    assert attachments.of_order(order.id, inner=False) == [], "an inner paper"
    assert "批示" not in text(signed_in("liufang").get(f"/orders/{order.number}/"))
    assert send(head, order, "read_note").status_code == 302
    assert "何兵 9月29日" in text(leader.get(f"/orders/{order.number}/")).replace("已阅", "")
    assert send(head, order, "read_note").status_code == 409, "read once"
    assert not verify().faults


def test_words_without_words_and_a_photo_that_is_too_large_get_their_sentences() -> None:
    order = accepted()
    leader = signed_in("luo")
    assert "请写几句，或附上手写批示的照片" in text(send(leader, order, "instruct"))
    answer = send(leader, order, "instruct", attachments=photo(40 * 1024 * 1024))
    assert answer.status_code == 413
    assert "“批示.png”超过20MB。请压缩或拆开后再传" in answer.content.decode()
    assert lives.again(order).seq == order.seq


def test_an_address_with_nobody_behind_it_is_named() -> None:
    answer = send(signed_in("zhou"), accepted(), "circulate", to_whom=["co_handler"])
    assert answer.status_code == 400 and "其中有的角色在这张单里没有人" in text(answer)


def test_a_proposal_goes_to_the_leader_and_their_words_come_back() -> None:
    order = accepted()
    assert send(signed_in("zhou"), order, "present", text="拟请人社局牵头。", to_whom=["supervisor"]).status_code == 302
    leader = signed_in("zhao")
    page = text(leader.get(f"/orders/{order.number}/"))
    assert "拟请人社局牵头。" in page and "下一步：已阅" in page
    assert send(leader, order, "instruct", text="同意，月底前办结。", to_whom=["desk", "unit_head"]).status_code == 302
    assert "赵志远 未阅" not in text(signed_in("hebing").get(f"/orders/{order.number}/")).partition("呈阅请批")[0]


def test_who_is_addressed_is_told() -> None:
    order = accepted()
    send(signed_in("luo"), order, "forward", text="请跟进", to_whom=["supervisor"])
    after, event = lives.again(order), events.of_order(order.id)[-1]
    assert {one.person for one in tellings(lives.type_of(after), after, after, event, lives.net_of(cast.NOW))} == {
        "zhao"
    }


def test_a_leaders_words_make_a_new_order_with_its_own_channel() -> None:
    order = submit_order(
        actor=cast.actor("zhou"), programme="enterprise_order", type_="enterprise_request", requester="foundry",
        channel="leader", source_number="批2022-18", now=cast.NOW,
        facts={"title": "协调用工", "category": "recruitment", "facts": "罗主任9月28日批示：请协调用工。"},
    )  # fmt: skip
    at(cast.NOW + lives.HOUR)
    page = text(signed_in("zhou").get(f"/orders/{order.number}/"))
    assert "领导批示 批2022-18" in page


def test_the_page_asks_as_few_questions_with_many_words() -> None:
    order = accepted()
    client = signed_in("zhou")
    few = queries(client, f"/orders/{order.number}/")
    for n in range(5):
        send(client, order, "present", text=f"第{n}次", to_whom=["supervisor"])
    assert queries(client, f"/orders/{order.number}/") == few
    assert source(client.get(f"/orders/{order.number}/")).count("未阅") == 5


def test_what_waits_for_a_signature_stands_first_the_longest_waiting_on_top() -> None:
    first, now = lives.played(lives.DRAFTED)
    second, now = lives.played(lives.DRAFTED, now + 20 * lives.HOUR)
    at(now + lives.HOUR)
    page = text(signed_in("hebing").get("/mine/"))
    part = page.partition("等我审签")[2].partition("今天必须动的")[0]
    assert part.index(first.number) < part.index(second.number)
    assert "等得最久的在前" in part and "已等" in part and part.count("审签发出") == 2
    assert "等我审签" not in text(signed_in("wang").get("/mine/"))


def test_words_not_read_stand_in_the_work_of_the_post_and_lead_to_themselves() -> None:
    order = accepted()
    send(signed_in("luo"), order, "instruct", text="月底前办结。", to_whom=["unit_head"])
    head = signed_in("hebing")
    page = text(head.get("/mine/"))
    assert "待阅批示" in page and order.title in page.partition("待阅批示")[2]
    assert "月底前办结。" in text(head.get(f"/orders/{order.number}/read_note/"))
    assert "待阅批示" not in text(signed_in("wang").get("/mine/")), "of the post it was addressed to"
    send(head, order, "read_note")
    assert "待阅批示" not in text(head.get("/mine/"))
