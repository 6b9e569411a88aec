"""What people do before a screen, said in their own words: every step clicks what a person would click.

A `Person` sits at one page, signed in. Fields are named by their labels, moves by their names, orders by their titles;
an address is typed only to open the product or a link somebody was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests import cast
from tests.web.lives import PHONE, Life

PASSWORD = "bihuan-demo"
Answers = Mapping[str, "str | list[str]"]


def begins(text: str) -> re.Pattern[str]:
    """Match a label or name that begins with the text; words such as 可不填 may follow."""
    return re.compile(rf"^\s*{re.escape(text)}")


def fill(within: Page | Locator, answers: Answers) -> None:
    """Answer the fields by their labels: tiles are ticked, lists chosen from, the rest typed."""
    for label, given in answers.items():
        tiles = within.get_by_role("group", name=begins(label))
        if tiles.count():
            for one in [given] if isinstance(given, str) else given:
                tiles.get_by_label(one, exact=True).check()
            continue
        control = within.get_by_label(begins(label)).first
        if control.get_attribute("type") == "checkbox":
            control.check()
        elif control.evaluate("e => e.tagName") == "SELECT":
            named = control.locator("option").filter(has_text=begins(str(given))).first
            control.select_option(value=named.get_attribute("value"))
        else:
            control.fill(str(given))


class Person:
    """One of the cast before one screen."""

    def __init__(self, page: Page, key: str) -> None:
        self.page, self.key = page, key

    # ---------- getting in and about ----------
    def signs_in(self) -> Person:
        """Open the product, and give name and password at the door."""
        self.page.goto("/")
        self.page.get_by_label("用户名").fill(self.key)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("heading", name="登录")).to_have_count(0)
        return self

    def arrives(self) -> Person:
        """Open the product in a browser that is signed in."""
        self.page.goto("/mine/")
        return self

    def goes_to(self, place: str) -> Person:
        """Follow the rail, or the bar at the foot of a telephone: 我的工作, 工单, 报表, 网络, 设置."""
        self.page.get_by_role("navigation", name="主导航").get_by_role("link", name=place).click()
        self.page.wait_for_load_state()  # a key pressed before the script came does nothing
        return self

    def opens(self, title: str) -> Person:
        """Open an order from 我的工作."""
        self.goes_to("我的工作").page.get_by_role("link", name=title, exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible()
        self.page.wait_for_load_state()
        return self

    def finds(self, number: str) -> Person:
        """Open an order by its number, typed into the search of the head."""
        box = self.page.get_by_role("searchbox", name="查单号")
        box.fill(number)
        box.press("Enter")
        expect(self.page.locator(".head").get_by_text(number)).to_be_visible()
        self.page.wait_for_load_state()
        return self

    # ---------- the order page ----------
    def form(self, move: str) -> Locator:
        """Return the form of a move: the one that stands open, else the one its link leads to."""
        panels = self.page.locator("section.panel")
        standing = panels.filter(has=self.page.get_by_role("heading", name=f"下一步：{move}", exact=True))
        alone = panels.filter(has=self.page.get_by_role("heading", name=move, level=2, exact=True))
        if not standing.or_(alone).count():
            others = panels.filter(has=self.page.get_by_role("heading", name="还可以做"))
            others.get_by_role("link", name=begins(move)).click()
            expect(standing.or_(alone)).to_be_visible()
        return standing.or_(alone).locator("form")

    def tries(self, move: str, answers: Answers | None = None) -> Person:
        """Fill in a move's form and send it, however it ends."""
        form = self.form(move)
        fill(form, answers or {})
        form.get_by_role("button", name=move, exact=True).click()
        return self

    def does(self, move: str, answers: Answers | None = None) -> Person:
        """Make a move on the order page and read that it was made."""
        self.tries(move, answers)
        expect(self.page.get_by_role("status").filter(has_text=f"已办“{move}”")).to_be_visible()
        return self

    def takes_up(self, title: str, move: str, answers: Answers | None = None) -> Person:
        """Make the next move of a line of 我的工作 by the button at its end."""
        line = self.goes_to("我的工作").page.locator("li.task").filter(has_text=title)
        line.get_by_role("link", name=move, exact=True).click()
        form = self.page.locator("section.panel form")
        fill(form, answers or {})
        form.get_by_role("button", name=move, exact=True).click()
        expect(self.page.get_by_role("status").filter(has_text=f"已办“{move}”")).to_be_visible()
        return self

    def accepts(self, title: str) -> Person:
        """Take an order on: the proposal names oneself."""
        return self.takes_up(title, "接单")

    def answers(self, title: str, answer: str, report: str, result: str = "已解决") -> Person:
        """Write both halves of the dual feedback on the order page."""
        self.opens(title)
        self.does("反馈企业", {"办理结果": result, "给企业的答复": answer})
        return self.does("反馈产业链党委", {"办理结果": result, "反馈内容": report, "实际到岗人数": "21"})

    def signs(self, title: str) -> Person:
        """Read both drafts and send them off."""
        return self.takes_up(title, "审签发出")

    # ---------- the desk ----------
    def sits_at_the_desk(self, tray: str = "") -> Person:
        """Go to the desk and open a tray."""
        self.goes_to("工单")
        if tray:
            link = self.page.get_by_role("navigation", name="工作队列").get_by_role("link", name=begins(tray))
            if link.get_attribute("aria-current") != "page":
                link.click()
            expect(self.page.get_by_role("heading", level=1, name=begins(tray))).to_be_visible()
        return self

    @property
    def pane(self) -> Locator:
        return self.page.get_by_role("complementary", name="预览与办理")

    def picks(self, title: str) -> Person:
        """Open a row of the list in the pane."""
        link = self.page.locator("li.item").get_by_role("link", name=title, exact=True)
        if link.get_attribute("aria-current") != "true" or not self.pane.is_visible():
            link.click()
        expect(self.pane.get_by_role("heading", level=2, name=title)).to_be_visible()
        return self

    def moves(self, tray: str, title: str, move: str, answers: Answers | None = None) -> Person:
        """Make the next move of an order in the pane of the desk and read that it was made."""
        self.sits_at_the_desk(tray).picks(title)
        fill(self.pane, answers or {})
        self.pane.get_by_role("button", name=move, exact=True).click()
        done = "已派" if move == "派单" else f"{move}，已记下"
        expect(self.page.get_by_role("status").filter(has_text=done)).to_have_count(1)
        return self.reads(done)

    def registers(self, title: str, importance: str = "重", urgency: str = "急") -> Person:
        return self.moves("待受理", title, "受理", {"轻重": importance, "缓急": urgency})

    def dispatches(self, title: str, lead: str = "", leader: str = "赵志远") -> Person:
        """Send an order to a department, the proposed one unless another is named."""
        return self.moves("待派单", title, "派单", {**({"主办部门": lead} if lead else {}), "分管领导": leader})

    # ---------- the ring, the light, the record ----------
    def reads(self, *texts: str) -> Person:
        """Find the texts on the page, each where a person would see it."""
        for text in texts:
            expect(self.page.get_by_role("main").get_by_text(text).locator("visible=true").first).to_be_visible()
        return self

    @property
    def light(self) -> Locator:
        """The light at the head of the order page."""
        return self.page.locator(".head .light")

    @property
    def record(self) -> Locator:
        """流转记录."""
        return self.page.locator("#record ol > li")


class Requester:
    """The enterprise's contact: a telephone, a link, no sign-in."""

    def __init__(self, page: Page, life: Life | None = None) -> None:
        self.page, self.life = page, life

    def opens(self, life: Life) -> Requester:
        """Open the link that was sent."""
        self.life = life
        self.page.goto(life.address)
        return self

    def rates(self, level: str, **more: Any) -> Requester:
        """Judge the answer; `reasons` are ticked, `words` written, the four digits given."""
        self.page.get_by_role("radio", name=level, exact=True).check()
        for reason in more.get("reasons", ()):
            self.page.get_by_role("checkbox", name=reason, exact=True).check()
        if words := more.get("words"):
            self.page.get_by_label("请说一句").fill(words)
        self.page.get_by_label("联系手机号后四位").fill(more.get("digits", PHONE[-4:]))
        self.page.get_by_role("button", name="提交评价").click()
        expect(self.page.get_by_text("评价已记下")).to_be_visible()
        return self

    def told(self, text: str) -> Requester:
        """Read the one sentence on top."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)
        return self


def name_of(key: str) -> str:
    """Return what a member of the cast is called."""
    return next(name for _post, _kind, _unit, _covers, person, name in cast.POSTS if person == key)
