"""Codes and facts as sentences: lights, limits, records with what one may not see left out, refusals, outward words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from bihuan.actions.orders import options_for
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.permission import sees_inner
from bihuan.core.refusal import Refused
from bihuan.store import calendars, events
from bihuan.words import briefs, clocks, ledger, lights, moments, outward, people, problems, refusals, reviews
from bihuan.words import events as event_words
from bihuan.words import orders as order_words
from tests import cast, lives

pytestmark = pytest.mark.django_db
CORE = Path(__file__).resolve().parents[2] / "bihuan"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def lit(order: OrderState, now: datetime) -> lights.Light:
    return lights.light_of_order(order, lives.type_of(order), now, calendars.calendar())


def at(text: str) -> datetime:
    """Return an instant written in the county's own time."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def record(order: OrderState, reader: str, now: datetime) -> list[event_words.Line]:
    t, actor = lives.type_of(order), cast.actor(reader, now)
    return event_words.timeline(
        events.of_order(order.id), t, lives.net_of(now), now,
        inner=sees_inner(actor, order, t), rated=people.rated(actor, order, t), requester=order.requester,
    )  # fmt: skip


def said(lines: list[event_words.Line]) -> str:
    return "\n".join(f"{one.name} {one.text} {one.quote} {one.facts} {one.who}" for one in lines)


# ---------- lights and limits ----------
@pytest.mark.parametrize(
    ("moment", "color", "text"),
    [
        ("2022-09-30 09:00", "g", "余18个工作日"),
        ("2022-10-24 09:00", "y", "余5个工作日"),
        ("2022-10-31 09:00", "o", "须今日24:00前答复"),
        ("2022-11-01 00:30", "r", "逾期1个工作日"),
        ("2022-11-03 09:00", "r", "逾期3个工作日"),
    ],
)
def test_a_light_is_worded_in_the_unit_of_its_rule(moment: str, color: str, text: str) -> None:
    order, _ = lives.played(lives.ACCEPTED)
    found = lit(order, at(moment))
    assert (found.color, found.text, found.due) == (color, text, "10月31日")
    assert found.spoken == f"{order_words._(lights.SPOKEN[color])}：{text}"


def test_a_limit_in_hours_says_the_clock_time_of_today() -> None:
    order, now = lives.played([lives.REGISTER])
    assert lit(order, now).text == "须今日15:50前派单"


def test_a_suspended_order_says_for_how_long_and_until_when_it_is() -> None:
    asked = ("wang", "ask_suspension", {"suspend_reason": "superior", "resume_on": "2022-11-03", "reason": "等批复"})
    order, now = lives.played([*lives.ACCEPTED, asked, ("zhou", "decide_suspension", {"agreed": "agree"})])
    assert lit(order, now + timedelta(days=5)).text == "已挂起5日，预计11月3日恢复"
    assert lit(order, now + timedelta(days=5)).kind == "grey"
    assert lit(order, at("2022-11-02 09:00")).kind == "red", "the promise goes on running"


def test_what_is_closed_has_no_light() -> None:
    order, now = lives.played([*lives.CHECKED, lives.GOOD, lives.CLOSE])
    assert not lit(order, now)


def test_waiting_for_the_rating_is_told_with_its_end() -> None:
    order, now = lives.played(lives.CHECKED)
    assert lit(order, now).text.startswith("等企业评单，至10月")


def test_every_clock_says_how_it_was_counted_so_that_a_person_can_count_again() -> None:
    order, now = lives.played(lives.DISPATCHED)
    [promise] = [c for c in clocks.clocks_of(order, lives.type_of(order), now, calendars.calendar()) if c.promise]
    assert promise.due == "10月31日24:00"
    assert [(row.when, row.what) for row in promise.rows] == [
        ("9月29日12:20", "起算"),
        ("9月29日", "跳过1日"),
        ("9月30日—10月29日", "计30日"),
        ("10月29日—10月30日", "跳过2日"),
        ("10月31日24:00", "到期"),
    ]
    assert "周六、周日" in promise.rows[3].why
    assert "退单、改派都不重算" in promise.note


def test_an_extension_shows_the_original_and_is_counted() -> None:
    ask = ("wang", "ask_extension", {"until": "2022-11-15", "reason": "等实习班"})
    order, now = lives.played([*lives.ACCEPTED, ask, ("zhou", "decide_extension", {"agreed": "agree"})])
    lines = clocks.clocks_of(order, lives.type_of(order), now, calendars.calendar())
    [promise] = [one for one in lines if one.promise]
    assert (promise.due, promise.original) == ("11月15日24:00", "10月31日24:00")
    assert clocks.changes_of(lines) == 1
    assert promise.rows[-1].why == "批准延期至这一天"


def test_a_limit_is_explained_for_a_terminal() -> None:
    from bihuan.core.deadlines import deadline
    from bihuan.core.durations import parse

    end = deadline(at("2022-09-30 16:00"), parse("2 workdays"), calendars.calendar())
    text = clocks.explain_text(end, calendars.calendar(), cast.NOW)
    assert text.startswith("到期：10月9日17:30")
    assert "国庆节" in text and "调休上班" in text


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("2 workdays", "2个工作日"),
        ("1 month", "1个月"),
        ("2 work-hours", "2个工作时"),
        ("stated", "来文规定的期限"),
        ("x", "x"),
    ],
)
def test_limits_are_said_as_people_say_them(limit: str, words: str) -> None:
    from bihuan.words.durations import duration

    assert duration(limit) == words


def test_an_end_at_midnight_belongs_to_the_day_before() -> None:
    assert moments.until(at("2022-11-01 00:00"), cast.NOW) == "10月31日24:00"
    assert moments.until(at("2023-01-01 00:00"), cast.NOW) == "12月31日24:00"
    assert moments.until(at("2023-01-03 17:30"), cast.NOW) == "2023年1月3日17:30"


# ---------- the record ----------
def test_the_rated_never_see_who_rated_nor_how() -> None:
    order, now = lives.played([*lives.CHECKED, lives.BAD])
    for reader in ("wang", "hebing"):
        text = said(record(order, reader, now))
        assert "评单" in text
        for secret in ("不满意", "拖了三个星期", "太慢", "凭链接"):
            assert secret not in text, (reader, secret)
    assert "不满意" in said(record(order, "zhou", now))


def test_after_a_founded_bad_rating_the_rated_read_the_reasons_and_the_words_but_not_the_level() -> None:
    order, now = lives.played([*lives.CHECKED, lives.BAD, lives.FOUNDED])
    text = said(record(order, "wang", now))
    assert "太慢" in text and "拖了三个星期" in text
    assert "不满意" not in text and "凭链接" not in text


def test_an_unfounded_bad_rating_stays_unknown_to_the_rated() -> None:
    order, now = lives.played([*lives.CHECKED, lives.BAD, lives.UNFOUNDED])
    text = said(record(order, "wang", now))
    assert "拖了三个星期" not in text and "核实差评" not in text and "不属实" not in text
    assert "不属实" in said(record(order, "zhou", now))


def test_the_clock_of_the_verification_can_be_left_out() -> None:
    order, now = lives.played([*lives.CHECKED, lives.BAD])
    t = lives.type_of(order)
    shown = clocks.clocks_of(order, t, now, calendars.calendar(), hidden=("verifying",))
    assert "verifying" not in [line.key for line in shown]


def test_the_requester_reads_outward_lines_alone_and_an_answer_only_once_it_was_signed() -> None:
    order, now = lives.played(
        [lives.REGISTER, lives.WITH_CO, lives.ACCEPT, lives.PROGRESS, lives.OUTWARD, lives.ANSWER]
    )
    before = said(record(order, "liufang", now))
    assert "第二批下周二送人" in before
    for secret in ("夜班补贴", "一周内先见面", "赵志远", "19人", "重·急", "王磊"):
        assert secret not in before, secret
    order, now = lives.go_on(order, [lives.COUNTERSIGN, lives.REPORT, lives.SIGN], now)
    after = record(order, "liufang", now)
    assert (after[0].name, after[0].quote, after[0].who) == ("答复", "第二批19人今天已办入职", "人社局")
    assert "合计到岗21人" not in said(after)


def test_a_record_holds_no_personal_value() -> None:
    order, now = lives.played(lives.ACCEPTED)
    text = said(record(order, "zhou", now))
    assert "刘芳" not in text and "sha256" not in text and lives.PHONE not in text


def test_lines_know_whether_they_are_inner_key_or_about_a_limit() -> None:
    order, now = lives.played([*lives.ACCEPTED, lives.PROGRESS])
    by_verb = {line.verb: line for line in record(order, "zhou", now)}
    assert by_verb["progress"].inner and not by_verb["accept"].inner
    assert by_verb["dispatch"].key and by_verb["dispatch"].timed
    assert not by_verb["progress"].timed
    assert by_verb["dispatch"].text == "主办人社局，分管领导赵志远"


def test_events_of_unusual_days_carry_the_days_name() -> None:
    order, _ = lives.played([], now=at("2022-10-09 15:40"))
    [line] = event_words.timeline(
        events.of_order(order.id), lives.type_of(order), lives.net_of(cast.NOW), at("2022-10-25 10:00"),
        inner=True, calendar=calendars.calendar(),
    )  # fmt: skip
    assert line.when == "10-09（调休上班）15:40"


# ---------- refusals ----------
LEDGER = {
    "entries.py",
    "entry_facts.py",
    "measures.py",
    "statistics.py",
    "timespans.py",
}  # the ledger speaks for itself, in words.ledger


OTHERS = {"briefs.py": briefs.REASONS, "reviews.py": reviews.PROBLEMS}


def rules(ledger: bool = False) -> list[Path]:
    """Return the files that hold the rules of orders, or those of the ledger."""
    files = (path for path in sorted((CORE / "core").glob("*.py")) if path.name not in OTHERS)
    return [path for path in files if (path.name in LEDGER) == ledger]


def codes() -> set[str]:
    """Return every code the rules can refuse with, without its verb."""
    found: set[str] = set()
    for path in [*rules(), CORE / "actions" / "orders.py"]:
        source = path.read_text(encoding="utf-8")
        found |= set(
            re.findall(r'Refused\(\s*f"\{(?:move\.|event\.)?verb\}\.([\w.]+)(?:\.\{ask\}|\.\{waiting\})?"', source)
        )
    return found


def test_every_refusal_of_the_rules_has_words_of_its_own() -> None:
    known = codes()
    assert len(known) > 25
    assert known - set(refusals.TELLERS) == {"state.unknown"}, "an unknown verb is told as a wrong step"


def test_every_problem_of_a_field_has_words_of_its_own() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in rules())
    source += (CORE / "actions" / "orders.py").read_text(encoding="utf-8")
    found = set(re.findall(r'Problem\("(\w+)"\)', source)) | set(re.findall(r'\{[\w"]+: "(\w+)"\}', source))
    assert len(found) > 20
    states = {"open"}  # what a co-handler's part starts at looks the same in the source
    assert found - set(problems.SENTENCES) - {"missing", "too_long"} - states == set()


@pytest.mark.parametrize("name", OTHERS)
def test_every_problem_of_a_brief_and_of_a_round_has_words_of_its_own(name: str) -> None:
    source = (CORE / "core" / name).read_text(encoding="utf-8")
    found = set(re.findall(r'\{[\w"]+: "(\w+)"\}', source))
    assert found
    assert found - set(OTHERS[name]) == set()


def test_every_problem_of_an_entry_has_words_of_its_own() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in rules(ledger=True))
    found = set(re.findall(r'Problem\("(\w+)"', source)) | set(re.findall(r'else "(\w+)"\)', source))
    assert len(found) > 6
    assert found - set(ledger.PROBLEMS) == set()


def refusal(order: OrderState, who: str, verb: str, now: datetime) -> refusals.Told:
    option = next(o for o in options_for(actor=cast.actor(who, now), order=order, now=now) if o.move.verb == verb)
    assert option.refused is not None
    return refusals.told(option.refused, lives.type_of(order), lives.net_of(now), now, order)


def test_a_refused_strike_off_says_all_five_parts() -> None:
    order, now = lives.played(lives.CHECKED)
    told = refusal(order, "zhou", "close", now)
    assert told.title == "没有“销号”：还缺企业评单"
    assert "单子没有任何改动" in told.happened and "草稿" in told.happened
    assert told.rule == "评单后，或评单期满15日，方可销号"
    assert told.now == "评单链接9月29日17:20发出，企业还没评，10月14日24:00期满"
    assert "派单台（周敏、沈书记）" in told.who and "10月14日24:00之后" in told.who
    assert [way.verb for way in told.ways] == ["callback", ""]
    assert told.code == "close.needs.rating"


@pytest.mark.parametrize(
    ("steps", "who", "verb", "why", "part"),
    [
        (lives.ACCEPTED, "wang", "close", "不在您的岗位", "派单台（周敏、沈书记）"),
        (lives.ACCEPTED, "zhou", "dispatch", "还不到这一步", "“办理中”"),
        (lives.CHECKED, "zhou", "decide_extension", "还不到这一步", "“待评单”"),
        ((*lives.ACCEPTED,), "zhou", "decide_extension", "没有待批的申请", "延期"),
        ((*lives.ACCEPTED, ("wang", "recuse", {"reason": "亲属在该企业"})), "wang", "progress", "您已回避", "回避"),
        ((*lives.DISPATCHED, ("wang", "ask_return", {"reason": "不归我局", "suggested_unit": "land_bureau",
                                                      "legal_basis": "三定"})), "wang", "accept", "还有申请没有裁定", "王磊"),
        ((lives.REGISTER, lives.WITH_CO, lives.ACCEPT, lives.ANSWER, lives.REPORT, lives.SIGN), "zhou", "check",
         "还没有会签", "科技产业局"),
        (lives.ANSWERED, "wang", "reply_desk", "还不到这一步", "已反馈待核"),
        (lives.ACCEPTED, "hebing", "approve", "没有待审签的稿", "承办人（王磊）"),
        (lives.ACCEPTED, "zhou", "recall", "上一步不能撤回", "上一步"),
        (lives.DISPATCHED, "shen", "recall", "不是您办的", "周敏"),
    ],
)  # fmt: skip
def test_refusals_name_the_reason_and_what_it_rests_on(steps: Any, who: str, verb: str, why: str, part: str) -> None:
    order, now = lives.played(steps)
    told = refusal(order, who, verb, now)
    assert why in told.title
    assert part in f"{told.rule} {told.now} {told.who}"
    assert "%(" not in f"{told.title}{told.happened}{told.rule}{told.now}{told.who}{told.short}"


def test_too_late_is_told_with_the_limit_and_its_end() -> None:
    order, now = lives.played(lives.DISPATCHED)
    told = refusal(order, "wang", "ask_return", now + timedelta(days=12))
    assert told.title == "没有“申请退单”：已过时限"
    assert told.rule == "须在9月29日12:20起1个工作日内办"
    assert told.now == "9月30日17:30已过"


def test_somebody_was_first_names_who_when_and_what() -> None:
    order, now = lives.played(lives.ACCEPTED)
    stale = Refused("progress.stale", seq=order.seq, expect=1, last=order.last)
    told = refusals.told(stale, lives.type_of(order), lives.net_of(now), now, order)
    assert told.now == "王磊9月29日13:20办了“接单”"


def test_no_refusal_that_anybody_can_meet_is_left_without_a_sentence() -> None:
    for steps in (lives.DISPATCHED, lives.ACCEPTED, lives.ANSWERED, lives.CHECKED, (*lives.CHECKED, lives.BAD)):
        order, now = lives.played(steps)
        net: Network = lives.net_of(now)
        for person in ("zhou", "wang", "hebing", "zhao", "luo", "chen", "liufang"):
            for option in options_for(actor=cast.actor(person, now), order=order, now=now):
                if option.refused is not None:
                    told = refusals.told(option.refused, lives.type_of(order), net, now, order)
                    assert told.title and told.rule and told.short.endswith("。"), option.refused.code
                    assert "现在不能办" not in told.title, option.refused.code


def test_what_is_wrong_with_a_form_is_said_field_by_field() -> None:
    order, now = lives.played(lives.ACCEPTED)
    refused = Refused("reply_desk.needs", {"result": "missing", "report": "missing", "workers_hired": "not_a_count",
                                           "title": "too_long"})  # fmt: skip
    assert problems.problems(refused, lives.type_of(order), now) == {
        "result": "请选办理结果",
        "report": "请填反馈内容",
        "workers_hired": "实际到岗人数请填整数",
        "title": "一句话说清太长了，请压到80字以内",
    }


# ---------- outward ----------
@pytest.mark.parametrize(
    ("steps", "title", "sentence"),
    [
        ((), "已收到", "已收到，最迟9月30日17:30受理"),
        (lives.DISPATCHED, "已派单", "已派给人社局，最迟10月31日答复您"),
        (lives.ACCEPTED, "正在办", "人社局已接单，最迟10月31日答复您"),
        (lives.CHECKED, "等您评价", "已办好，等您评价"),
        ((*lives.CHECKED, lives.BAD, lives.FOUNDED), "正在重办", "人社局正在按您的评价重办，最迟10月25日17:30再答复您"),
        ((*lives.CHECKED, lives.GOOD), "您已评价", "谢谢，已记下您的评价。核对后办结。"),
        ((*lives.CHECKED, lives.GOOD, lives.CLOSE), "已办结", "已办结"),
    ],
)
def test_the_requester_reads_who_does_what_by_when(steps: Any, title: str, sentence: str) -> None:
    order, now = lives.played(steps)
    assert outward.standing(order, lives.type_of(order), lives.net_of(now), now) == (title, sentence)


def test_the_outward_steps_go_back_when_the_matter_is_done_again() -> None:
    order, now = lives.played([*lives.CHECKED, lives.BAD, lives.FOUNDED])
    states = [step.state for step in outward.steps(order, lives.type_of(order), lives.net_of(now), now)]
    assert states == ["ok", "ok", "ok", "ok", "ok", "now", "todo"]
    order, now = lives.played([*lives.CHECKED, lives.GOOD, lives.CLOSE])
    assert {step.state for step in outward.steps(order, lives.type_of(order), lives.net_of(now), now)} == {"ok"}


def test_a_matter_is_never_called_light_to_the_one_who_asks() -> None:
    assert [order_words.haste_name(p) for p in ("P1", "P2", "P3", "P4", "")] == ["加急", "加急", "平件", "平件", ""]
    assert [order_words.priority_name(n) for n in (1, 4, 5)] == ["重·急", "轻·缓", ""]


def test_names_follow_the_readers_language() -> None:
    order, _ = lives.played([])
    t = lives.type_of(order)
    with translation.override("en"):
        assert order_words.state_name(t, "submitted") == "Submitted"
        assert order_words.category_name(t, "recruitment") == "Recruitment"
    assert order_words.state_name(t, "submitted") == "待受理"


def test_values_are_read_and_not_keys() -> None:
    order, now = lives.played(lives.ACCEPTED)
    t, net = lives.type_of(order), lives.net_of(now)
    told = {key: order_words.value_text(t.fields[key], value, net, now) for key, value in (
        ("lead", "labour_bureau"), ("co", ["science_bureau", "land_bureau"]), ("supervisor", "zone.supervisor"),
        ("handler", "wang"), ("cost_saved", "120000.00"), ("until", "2022-11-15"), ("outward", True),
        ("rating_reasons", ["slow", "manner"]), ("attachments", [1, 2]), ("workers_hired", 21),
    )}  # fmt: skip
    assert told == {
        "lead": "人社局", "co": "科技产业局、自然资源局", "supervisor": "赵志远", "handler": "王磊", "cost_saved": "12万元",
        "until": "11月15日", "outward": "是", "rating_reasons": "太慢、态度", "attachments": "2份附件", "workers_hired": "21",
    }  # fmt: skip
