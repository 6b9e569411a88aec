"""The round of a 12345 sheet before a screen: it comes in, is handled, and goes back with its answers and no more."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from python_calamine import load_workbook

from tests import cast
from tests.actions.returning import ANSWER, HEADING, NAME, RESULT, workbook
from tests.browser.people import Person
from tests.web.lives import set_clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "厂门口路灯不亮"


def faults(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def cells(data: bytes) -> list[list[object]]:
    return load_workbook(io.BytesIO(data)).get_sheet_by_name("派单").to_python(skip_empty_area=False)


def sends(page: Page, path: Path, button: str) -> None:
    page.goto("/sources/")
    page.get_by_label("来源", exact=True).select_option(label="12345热线")
    page.get_by_label("表格文件").set_input_files(path)
    page.get_by_role("button", name=button).click()


def test_a_sheet_comes_in_is_handled_by_the_people_it_is_for_and_goes_back(
    county: Any, come: Callable[..., Person], tmp_path: Path
) -> None:
    set_clock(cast.NOW)
    path = tmp_path / NAME
    path.write_bytes(workbook())
    zhou = come("zhou")
    sends(zhou.page, path, "预演导入")
    assert faults(zhou.page) == []
    zhou.page.get_by_role("button", name="导入3行").click()
    came = zhou.page.get_by_role("status").filter(has_text="已到派单台")
    expect(came).to_be_visible()
    number = came.inner_text().split("至")[0].removeprefix("新单")
    zhou.moves("待派单", TITLE, "派单", {"主办部门": "人社局", "分管领导": "赵志远"})
    wang = come("wang")
    wang.accepts(TITLE)
    wang.answers(TITLE, "路灯已换，今晚亮灯。", "换灯2盏。")
    come("hebing").signs(TITLE)
    page = zhou.page
    page.goto("/sources/")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    assert faults(page) == []
    sends(page, path, "预演回填")
    expect(page.get_by_text(f"填上答复，{number}")).to_be_visible()
    assert faults(page) == []
    with page.expect_download() as coming:
        page.get_by_role("button", name="填1行并下载").click()
    filled = Path(coming.value.path()).read_bytes()
    assert coming.value.suggested_filename == NAME
    before, after = cells(path.read_bytes()), cells(filled)
    changed = {
        (line, HEADING[column])
        for line, (old, new) in enumerate(zip(before, after, strict=True))
        for column, (a, b) in enumerate(zip(old, new, strict=True))
        if a != b
    }
    assert changed == {(3, name) for name in ("承办单位", RESULT, ANSWER, "办结时间")}
    assert after[3][HEADING.index(ANSWER)] == "路灯已换，今晚亮灯。"
    page.goto("/sources/")
    expect(page.get_by_text("没有欠着来源的答复")).to_be_visible()
    zhou.finds(number).reads(f"已回填“{NAME}”第4行")
