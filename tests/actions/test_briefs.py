"""简报: every number counted, edited around and never typed, sent from desk to desk, frozen, counted again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bihuan.actions import brief_figures
from bihuan.actions import brief_recounts as recounts
from bihuan.actions import briefs as actions
from bihuan.actions.verify import verify
from bihuan.core.brief_text import shown
from bihuan.core.briefs import BriefState
from bihuan.core.figures import Asked
from bihuan.core.refusal import Refused
from bihuan.store import briefs, figures, packs
from bihuan.store.models import Brief, BriefMember
from bihuan.store.orders import NotFound
from bihuan.words import briefs as words
from tests import cast, lives

pytestmark = pytest.mark.django_db

NOW = cast.NOW
LATER = NOW + timedelta(days=2)
YEAR = Asked(date(2022, 1, 1), date(2022, 9, 30))
SOLVED = (
    *lives.ACCEPTED,
    ("wang", "reply_requester", {"result": "solved", "answer": "30人全部到岗"}),
    ("wang", "reply_desk", {"result": "solved", "report": "到岗30人", "loan_amount": "1500000"}),
    lives.SIGN, lives.CHECK, lives.GOOD, lives.CLOSE,
)  # fmt: skip


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def solved(now: datetime = NOW) -> str:
    return lives.played(SOLVED, now)[0].number


def drafted(now: datetime = LATER, asked: Asked = YEAR) -> BriefState:
    return actions.draft_brief(
        actor=cast.actor("he", now),
        programme="enterprise_order",
        kind="running",
        asked=asked,
        voice=words.VOICE,
        now=now,
    )


def edited(brief: BriefState, texts: dict[int, str], styles: dict[int, str] | None = None, **more: Any) -> BriefState:
    return actions.edit_brief(
        actor=cast.actor("he", LATER),
        id_=brief.id,
        texts=texts,
        styles=styles or {},
        voice=words.VOICE,
        now=LATER,
        **more,
    )


def issued(now: datetime = LATER) -> BriefState:
    brief = drafted(now)
    for who in ("he", "zhao"):
        actions.pass_brief(actor=cast.actor(who, now), id_=brief.id, now=now)
    return actions.issue_brief(actor=cast.actor("luo", now), id_=brief.id, now=now)


def place(brief: BriefState, key: str) -> int:
    return next(int(n) for n, one in brief.figures.items() if one["figure"] == key)


def says(brief: BriefState, key: str) -> str:
    return str(brief.figures[str(place(brief, key))]["wording"])


# ---- drafting ----
def test_a_draft_counts_every_figure_of_its_template_and_each_opens_as_many_records() -> None:
    solved()
    brief = drafted()
    assert says(brief, "eo_solved") == "1"
    assert says(brief, "eo_loans") == "150万元"
    kept = brief.figures[str(place(brief, "eo_solved"))]
    assert kept["parts"] == [["records", 1]] and kept["opens"] == "records" and len(kept["definition"]) == 64
    assert brief.as_of and kept["as_of"] == brief.as_of
    assert "解决问题1个" in words.text_of(words.paper_of(brief, actions.kind_of(brief)))


def test_a_list_of_nothing_leaves_neither_its_stops_nor_the_remark_about_it() -> None:
    solved()
    said = ["".join(str(piece) for piece in one["pieces"]) for one in drafted().paragraphs]
    assert any("受理企业诉求" in one for one in said)
    assert not [one for one in said if "产值和增长为统计部门数据" in one]  # nobody has reported any


def test_only_the_post_the_programme_names_drafts_and_a_stranger_finds_no_brief() -> None:
    with pytest.raises(Refused) as why:
        actions.draft_brief(
            actor=cast.actor("wang"),
            programme="enterprise_order",
            kind="running",
            asked=YEAR,
            voice=words.VOICE,
            now=NOW,
        )
    assert why.value.code == "brief.post"
    brief = drafted()
    for stranger in ("sun", "guo", "shen"):  # a reader too sees it only when it is issued
        with pytest.raises(NotFound):
            actions.brief_of(actor=cast.actor(stranger), id_=brief.id)
    assert actions.brief_of(actor=cast.actor("zhao"), id_=brief.id).id == brief.id


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (Asked(date(2022, 9, 30), date(2022, 1, 1)), {"since": "reversed"}),
        (Asked(date(2023, 1, 1), date(2023, 2, 1)), {"since": "future"}),
        (Asked(date(2000, 1, 1), date(2022, 9, 30)), {"since": "too_long"}),
        (Asked(date(2022, 1, 1), date(2022, 9, 30), "2030-01-01T00:00:00.000000Z"), {"as_of": "future"}),
    ],
)
def test_a_period_that_makes_no_sense_is_refused_by_field(asked: Asked, problem: dict[str, str]) -> None:
    with pytest.raises(Refused) as why:
        drafted(asked=asked)
    assert why.value.problems == problem and words.reason(why.value)
    assert not Brief.objects.exists()


# ---- editing ----
def test_words_change_around_the_figures_and_a_figure_can_be_moved_but_not_typed() -> None:
    solved()
    brief = drafted()
    n = place(brief, "eo_requests")
    after = edited(brief, {2: f"今年以来，企业点了【{n}：9999】件单。"})
    assert after.paragraphs[2]["pieces"] == ["今年以来，企业点了", n, "件单。"]
    assert "企业点了1件单" in words.text_of(words.paper_of(after, actions.kind_of(after)))
    assert after.seq == brief.seq + 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("今年解决问题98个。", "literal"),
        ("今年解决问题九十八个。", "literal"),
        ("解决问题1【1：1】个。", "glued"),
        ("解决问题【1：1】余个。", "glued"),
        ("解决问题【77：1】个。", "unknown"),
        ("解决问题【1：1个。", "bracket"),
        ("解决【1：1】【2：1】个。", "touching"),
        ("长" * 2001, "long"),
    ],
)
def test_a_number_typed_by_hand_is_refused_with_its_paragraph_and_nothing_changes(text: str, code: str) -> None:
    brief = drafted()
    with pytest.raises(Refused) as why:
        edited(brief, {1: "一、办理情况", 2: text})
    assert why.value.problems == {"p-2": code}
    assert words.problems(why.value)["p-2"]
    assert actions.brief_of(actor=cast.actor("he"), id_=brief.id).seq == brief.seq


def test_a_figure_may_be_said_in_another_style_and_keeps_its_value() -> None:
    solved()
    brief = drafted()
    n = place(brief, "eo_loans")
    after = edited(brief, {}, {n: "yi"})
    assert after.figures[str(n)]["wording"] == "0.015亿元"
    assert after.figures[str(n)]["value"] == brief.figures[str(n)]["value"]
    with pytest.raises(Refused) as why:
        edited(after, {}, {n: "percent"})
    assert why.value.problems == {f"style-{n}": "style"}


def test_saving_what_is_there_makes_no_event() -> None:
    brief = drafted()
    texts = {n: shown(one["pieces"], brief.wordings) for n, one in enumerate(brief.paragraphs)}
    with pytest.raises(Refused) as why:
        edited(brief, texts, {int(n): one["style"] for n, one in brief.figures.items()})
    assert why.value.code == "brief.state.same"


def test_who_looked_at_an_older_draft_is_told_so() -> None:
    brief = drafted()
    edited(brief, {1: "一、办理情况"})
    with pytest.raises(Refused) as why:
        edited(brief, {1: "一、点单情况"}, expect=brief.seq)
    assert why.value.code == "brief.stale"


def test_counting_again_takes_in_what_came_since() -> None:
    brief = drafted(NOW)
    solved()
    assert says(brief, "eo_solved") == "0"
    after = actions.refresh_brief(actor=cast.actor("he", LATER), id_=brief.id, voice=words.VOICE, now=LATER)
    assert says(after, "eo_solved") == "1" and after.as_of > brief.as_of


# ---- from desk to desk ----
def test_a_brief_goes_from_editor_to_reviewer_to_signer_and_back_with_a_reason() -> None:
    brief = drafted()
    he, zhao, luo = (cast.actor(one, LATER) for one in ("he", "zhao", "luo"))
    with pytest.raises(Refused):
        actions.pass_brief(actor=zhao, id_=brief.id, now=LATER)
    assert actions.pass_brief(actor=he, id_=brief.id, now=LATER).state == "reviewing"
    with pytest.raises(Refused) as why:
        edited(brief, {1: "一、办理情况"})
    assert why.value.code == "brief.post"
    back = actions.send_back(actor=zhao, id_=brief.id, reason="题目太长", now=LATER)
    assert back.state == "drafting" and back.back["reason"] == "题目太长"
    actions.pass_brief(actor=he, id_=brief.id, now=LATER)
    assert actions.pass_brief(actor=zhao, id_=brief.id, now=LATER).state == "signing"
    with pytest.raises(Refused):
        actions.issue_brief(actor=zhao, id_=brief.id, now=LATER)
    with pytest.raises(Refused) as why:
        actions.send_back(actor=luo, id_=brief.id, reason=" ", now=LATER)
    assert why.value.problems == {"reason": "no_reason"}


def test_a_draft_that_is_given_up_takes_no_number() -> None:
    brief = drafted()
    gone = actions.drop_brief(actor=cast.actor("he", LATER), id_=brief.id, reason="并入下一期", now=LATER)
    assert gone.state == "dropped" and gone.number == 0
    assert issued().number == 1


# ---- signing ----
def test_an_issued_brief_has_its_number_and_keeps_words_figures_definitions_and_records() -> None:
    number = solved()
    brief = issued()
    assert (brief.number, brief.year, brief.state) == (1, 2022, "issued")
    kept = actions.frozen_of(brief)
    assert kept is not None
    n = place(brief, "eo_solved")
    assert kept["figures"][str(n)]["wording"] == "1" and len(kept["figures"][str(n)]["records"]) == 64
    assert [row["number"] for row in briefs.page_of(brief.id, n, "records", 0)] == [number]
    loans = briefs.page_of(brief.id, place(brief, "eo_loans"), "records", 0)
    assert [float(row["amount"]) for row in loans] == [1500000.0]
    assert [name for _word, name in words.signers(kept, lives.net_of(LATER))] == ["何静", "赵志远", "罗主任"]
    with pytest.raises(Refused) as why:
        edited(brief, {1: "一、改"})
    assert why.value.code == "brief.state.issued"
    assert issued(LATER + timedelta(days=1)).number == 2
    assert verify().broken is None


def test_an_issued_brief_recounts_the_same_and_explains_what_came_after() -> None:
    solved()
    brief = issued()
    late = solved(LATER)
    then = LATER + timedelta(days=3)
    luo = cast.actor("luo", then)
    assert recounts.recounted(brief, actor=luo, now=then) == []
    n = place(brief, "eo_solved")
    (one,) = recounts.compared(brief, actor=luo, now=then, only=n)
    assert not one.same and one.now is not None and one.now.value == 2
    assert [(cause.member.number, cause.before, bool(cause.after)) for cause in one.causes] == [(late, "", True)]
    assert not one.redefined
    assert briefs.page_of(brief.id, n, "records", 0)[0]["number"] != late


def test_a_figure_that_moved_since_the_review_stops_the_signing(monkeypatch: pytest.MonkeyPatch) -> None:
    solved()
    brief = drafted()
    for who in ("he", "zhao"):
        brief = actions.pass_brief(actor=cast.actor(who, LATER), id_=brief.id, now=LATER)
    n = str(place(brief, "eo_solved"))
    body = {**brief.dump(), "figures": {**brief.figures, n: {**brief.figures[n], "value": "7"}}}
    Brief.objects.filter(pk=brief.id).update(body=briefs.canonical(body))
    with pytest.raises(Refused) as why:
        actions.issue_brief(actor=cast.actor("luo", LATER), id_=brief.id, now=LATER)
    assert why.value.code == "brief.state.moved" and "解决问题" in words.reason(why.value)
    assert verify().broken is not None  # and the changed row is found


def test_a_brief_keeps_its_definitions_when_an_indicator_is_declared_anew() -> None:
    solved()
    brief = issued()
    content = {**cast.content(), "reports": _renamed(cast.content()["reports"])}
    packs.publish(content, note="", by="", now=LATER)
    then = LATER + timedelta(days=1)
    (one,) = recounts.compared(brief, actor=cast.actor("luo", then), now=then, only=place(brief, "eo_solved"))
    assert one.same and one.redefined
    assert recounts.recounted(brief, actor=cast.actor("luo", then), now=then) == []


def _renamed(reports: dict[str, Any]) -> dict[str, Any]:
    changed = [{**one, "since": "2022-05-01"} if one["key"] == "eo_solved" else one for one in reports["indicator"]]
    return {**reports, "indicator": changed}


@pytest.mark.parametrize("what", ["content", "records", "row"])
def test_whoever_changes_a_frozen_brief_is_found_out(what: str) -> None:
    solved()
    brief = issued()
    assert verify().broken is None
    if what == "content":
        row = Brief.objects.get(pk=brief.id)
        Brief.objects.filter(pk=brief.id).update(content=row.content.replace("解决问题", "解决难题", 1))
    elif what == "records":
        BriefMember.objects.filter(brief=brief.id).exclude(content="[]").update(content="[]")
    else:
        Brief.objects.filter(pk=brief.id).update(number=9)
    found = verify().broken
    assert found is not None and found[0].startswith("verify.brief")


def test_readers_see_issued_briefs_in_the_list_and_drafts_stay_with_their_desks() -> None:
    programme = packs.current()["enterprise_order"]
    draft, done = drafted(), issued()
    listed = {
        who: {one.id for one in actions.seen(actor=cast.actor(who, LATER), programme=programme)}
        for who in ("he", "luo", "shen", "sun")
    }
    assert listed == {"he": {draft.id, done.id}, "luo": {draft.id, done.id}, "shen": {done.id}, "sun": set()}


# ---- papers made of figures ----
def test_a_circular_has_a_document_number_and_names_departments_only_where_there_is_something_to_name() -> None:
    solved()
    programme = packs.current()["enterprise_order"]
    kind = programme.briefs["circular"]
    common: dict[str, Any] = {"actor": cast.SYSTEM, "programme": programme, "kind": kind, "voice": words.VOICE}
    calm = actions.previewed(asked=YEAR, now=LATER, **common)
    assert [one["kind"] for one in calm.paragraphs] == ["title", "text", "heading", "text", "heading", "text"]
    late = LATER + timedelta(days=60)
    lives.played(lives.ACCEPTED, NOW)
    text = words.text_of(words.paper_of(actions.previewed(asked=YEAR, now=late, **common), kind))
    assert "逾期未办结1件。" in text and "已派到人社局的逾期1件。" in text
    tardy = actions.previewed(asked=YEAR, now=late, **common)
    (one,) = [figure for figure in tardy.figures.values() if figure["by"] == "department"]
    assert brief_figures.asked_of(tardy, one).unit == "labour_bureau"
    opened = brief_figures.members(
        actor=cast.SYSTEM, programme=programme, brief=tardy, figure=one, part="records", now=late
    )
    assert len(list(opened)) == 1
    brief = actions.draft_brief(
        actor=cast.actor("he", LATER),
        programme="enterprise_order",
        kind="circular",
        asked=YEAR,
        voice=words.VOICE,
        now=LATER,
    )
    for who in ("he", "du"):
        actions.pass_brief(actor=cast.actor(who, LATER), id_=brief.id, now=LATER)
    done = actions.issue_brief(actor=cast.actor("zhao", LATER), id_=brief.id, now=LATER)
    kept = actions.frozen_of(done)
    assert kept is not None and kept["numbered"] == "常经链通报〔2022〕1号"
    assert verify().broken is None


def test_a_figure_by_groups_opens_the_records_of_its_group_and_the_groups_add_up() -> None:
    solved()
    programme = packs.current()["enterprise_order"]
    brief = actions.previewed(
        actor=cast.SYSTEM, programme=programme, kind=programme.briefs["finance_report"], asked=YEAR, voice=words.VOICE,
        now=LATER,
    )  # fmt: skip
    grouped = [one for one in brief.figures.values() if one["by"] == "category"]
    assert [(one["group"], one["label"], one["wording"]) for one in grouped] == [("recruitment", "招工", "1")]
    asked = brief_figures.asked_of(brief, grouped[0])
    assert asked.slices == (("category", "recruitment"),)
    found = figures.figure(seen_by=cast.SYSTEM, programme=programme, key="eo_solved", asked=asked, now=LATER)
    assert found.value == 1
    other = figures.figure(
        seen_by=cast.SYSTEM, programme=programme, key="eo_solved",
        asked=brief_figures.sliced(YEAR, "category", "finance", "slice"), now=LATER,
    )  # fmt: skip
    assert other.value == 0
