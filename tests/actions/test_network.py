"""网: the network changes by dated commands of an administrator, each one event; sheets account for every row."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bihuan.actions import network, rosters
from bihuan.actions.register import CHAIN, NETWORK
from bihuan.actions.sheets import Sheet, SheetFault, read_sheet, write_sheet
from bihuan.core import coverage
from bihuan.core.chain import GENESIS
from bihuan.core.order_state import Event
from bihuan.core.permission import SYSTEM
from bihuan.core.refusal import Refused
from bihuan.store import events, packs, people
from bihuan.store import network as networks
from bihuan.store import roll as rolls
from bihuan.words import network as words
from tests import cast

pytestmark = pytest.mark.django_db

SEED = cast.PROGRAMMES / "enterprise_order" / "seed"
DAY = date(2022, 9, 29)
FOUNDED = datetime(2021, 12, 20, 1, tzinfo=UTC)


@pytest.fixture
def county() -> None:
    cast.found()


@pytest.fixture
def programme_alone() -> None:
    packs.publish(cast.content(), note="", by="", now=FOUNDED)


def chain() -> list[Event]:
    return events.of_orders([CHAIN], NETWORK).get(CHAIN, [])


def admin() -> dict[str, Any]:
    return {"actor": cast.actor("wu"), "now": cast.NOW}


def refused(call: Any, *args: Any, **facts: Any) -> Refused:
    before, rows = chain(), rolls.read()
    with pytest.raises(Refused) as why:
        call(*args, **facts)
    after = rolls.read()
    assert chain() == before
    assert (after.units, after.posts, list(after.holdings())) == (rows.units, rows.posts, list(rows.holdings()))
    return why.value


def sheet(text: str, name: str = "a.csv") -> Sheet:
    return read_sheet(text.encode(), name)


# ---- commands ----
@pytest.mark.usefixtures("county")
class TestCommands:
    def test_only_an_administrator_changes_the_network(self) -> None:
        for person in ("zhou", "wang", "luo"):
            why = refused(
                network.appoint, actor=cast.actor(person), post="labour.head", person="liyun", since=DAY, now=cast.NOW
            )
            assert why.code == "network.post"
            assert "管理员" in words.sentence(why)

    def test_a_new_holder_is_one_event_and_the_network_of_each_day_knows_its_own(self) -> None:
        event = network.appoint(**admin(), post="labour.head", name="苏晚晴", since=DAY, relieve=True)
        assert event is not None and [one.verb for one in chain()] == ["holder_set"]
        new = event.facts["person"]
        assert [h.person for h in networks.snapshot(DAY).holders("labour.head")] == [new]
        assert [h.person for h in networks.snapshot(DAY - timedelta(days=1)).holders("labour.head")] == ["hebing"]
        assert networks.snapshot(DAY).name(new) == "苏晚晴"
        assert "苏晚晴" not in event.body  # names are looked up when read

    def test_the_events_of_the_network_are_a_chain(self) -> None:
        network.appoint(**admin(), post="labour.head", name="苏晚晴", since=DAY, relieve=True)
        network.end_holding(**admin(), person="wang", post="labour.handler", until=DAY)
        first, second = chain()
        assert (first.prev, second.prev) == (GENESIS, first.hash)

    def test_the_same_appointment_again_changes_nothing(self) -> None:
        facts = {"post": "labour.head", "person": "liyun", "since": DAY, "relieve": True}
        assert network.appoint(**admin(), **facts) is not None
        assert network.appoint(**admin(), **facts) is None
        assert len(chain()) == 1

    def test_a_post_for_one_has_one_holder_at_a_time(self) -> None:
        why = refused(network.appoint, **admin(), post="labour.head", person="liyun", since=DAY)
        assert why.problems == {"person": "held"}
        assert "何兵" in words.problems(why)["person"]

    def test_a_post_for_several_takes_several(self) -> None:
        network.appoint(**admin(), post="labour.handler", person="liyun", since=DAY)
        assert {h.person for h in networks.snapshot(DAY).holders("labour.handler")} == {"wang", "liyun"}

    def test_one_person_may_hold_posts_in_two_bodies(self) -> None:
        network.set_unit(
            **admin(), key="chamber", name="装备制造产业链商会", type_="chain_chamber", parent="equipment", since=DAY
        )
        network.set_post(
            **admin(), key="chamber.president", name="会长", kind="chamber_president", unit="chamber", since=DAY
        )
        network.appoint(**admin(), post="chamber.president", person="shen", since=DAY)
        assert [h.post for h in networks.snapshot(DAY).held_by("shen")] == ["equipment.secretary", "chamber.president"]

    def test_a_stand_in_acts_within_its_dates_for_somebody_who_holds_the_post(self) -> None:
        network.appoint(
            **admin(), post="desk.dispatcher", person="he", stands_for="zhou", since=DAY, until=DAY + timedelta(days=2)
        )
        later = cast.NOW + timedelta(days=4)
        acting = people.actor("he", "desk.dispatcher~zhou", cast.NOW)
        assert acting is not None and (acting.kind, acting.stands_for) == ("dispatcher", "zhou")
        assert people.actor("zhou", "", cast.NOW) is not None
        after = people.actor("he", "desk.dispatcher~zhou", later)
        assert after is None or after.kind == "statistician"

    def test_who_stands_in_for_somebody_has_no_power_once_they_have_left_the_post(self) -> None:
        eve, last = DAY + timedelta(days=4), DAY + timedelta(days=30)
        network.appoint(**admin(), post="desk.dispatcher", person="he", stands_for="zhou", since=DAY, until=last)
        network.appoint(**admin(), post="desk.dispatcher", person="liyun", since=eve + timedelta(days=1), relieve=True)
        for day, said in ((eve, ["zhou", "he"]), (eve + timedelta(days=1), ["liyun"])):
            assert [h.person for h in networks.snapshot(day).holders("desk.dispatcher")] == said
        assert people.actor("he", "desk.dispatcher~zhou", cast.NOW) is not None
        then = people.actor("he", "desk.dispatcher~zhou", cast.NOW + timedelta(days=6))
        assert then is None or then.kind != "dispatcher"

    def test_nobody_stands_in_for_somebody_who_does_not_hold_the_post(self) -> None:
        why = refused(network.appoint, **admin(), post="labour.head", person="liyun", stands_for="wang", since=DAY)
        assert why.problems == {"stands_for": "not_holding"}

    @pytest.mark.parametrize(
        ("facts", "problem"),
        [
            ({"post": "nowhere"}, {"post": "unknown_post"}),
            ({"person": "nobody"}, {"person": "unknown_person"}),
            ({"until": DAY - timedelta(days=1)}, {"until": "backwards"}),
            ({"person": "wang"}, {"person": "twice"}),
        ],
    )
    def test_a_wrong_appointment_names_its_field(self, facts: dict[str, Any], problem: dict[str, str]) -> None:
        given = {"post": "labour.handler", "person": "liyun", "since": DAY, **facts}
        why = refused(network.appoint, **admin(), **given)
        assert why.problems == problem
        assert all("%(" not in said for said in words.problems(why).values())

    @pytest.mark.parametrize(
        ("facts", "problem"),
        [
            ({"type_": "village"}, {"type": "unknown_type"}),
            ({"parent": "labour_bureau"}, {"parent": "wrong_parent"}),
            ({"parent": "nowhere"}, {"parent": "unknown_unit"}),
            ({"parent": ""}, {"parent": "missing_parent"}),
            ({"name": " "}, {"name": "missing"}),
            ({"key": "Größe"}, {"key": "bad_key"}),
            ({"until": DAY - timedelta(days=1)}, {"until": "backwards"}),
            ({"facts": {"credit_code": "91430700MA4L000000"}}, {"credit_code": "credit_code"}),
            ({"facts": {"party_members": "12"}}, {"party_members": "no_fact"}),
        ],
    )
    def test_a_wrong_unit_names_its_field(self, facts: dict[str, Any], problem: dict[str, str]) -> None:
        given = {"key": "firm", "name": "青枫电气", "type_": "enterprise", "parent": "equipment", "since": DAY, **facts}
        why = refused(network.set_unit, **admin(), **given)
        assert why.problems == problem
        assert all("%(" not in said for said in words.problems(why).values())

    @pytest.mark.parametrize(
        ("facts", "problem"),
        [
            ({"kind": "mayor"}, {"kind": "unknown_kind"}),
            ({"kind": "department_head"}, {"kind": "not_at"}),
            ({"unit": "nowhere"}, {"unit": "unknown_unit"}),
            ({"covers": ["equipment"]}, {"covers": "no_cover"}),
            ({"unit": "labour_bureau", "kind": "department_head"}, {"kind": "one_only"}),
            ({"key": "labour.head"}, {"kind": "kind_fixed", "unit": "unit_fixed"}),
            ({"unit": "liangxin", "kind": "dispatcher", "covers": ["foundry"]}, {"covers": "wrong_cover"}),
        ],
    )
    def test_a_wrong_post_names_its_field(self, facts: dict[str, Any], problem: dict[str, str]) -> None:
        given = {"key": "new", "name": "承办人", "kind": "handler", "unit": "labour_jobs", "since": DAY, **facts}
        why = refused(network.set_post, **admin(), **given)
        assert why.problems == problem
        assert all("%(" not in said for said in words.problems(why).values())

    def test_a_renamed_unit_keeps_its_old_name_for_the_days_before(self) -> None:
        network.set_unit(
            **admin(), key="land_bureau", name="自然资源分局", type_="department", parent="zone", since=cast.SINCE
        )
        assert networks.snapshot(DAY).name("land_bureau") == "自然资源分局"
        assert networks.snapshot(DAY - timedelta(days=1)).name("land_bureau") == "自然资源局"
        assert chain()[-1].facts["was"] == {"name": "自然资源局"}

    def test_a_unit_moved_to_another_parent_stood_under_the_old_one_before(self) -> None:
        network.set_unit(
            **admin(), key="foundry", name="沅澧精密铸造", type_="enterprise", parent="food", since=cast.SINCE
        )
        assert networks.snapshot(DAY).units["foundry"].parent == "food"
        assert networks.snapshot(DAY - timedelta(days=1)).units["foundry"].parent == "equipment"

    def test_a_unit_with_units_below_or_open_orders_is_not_dissolved(self) -> None:
        assert refused(network.dissolve_unit, **admin(), unit="zone", until=DAY).code == "network.state.children"

    def test_a_dissolved_unit_ends_its_posts_and_holdings_and_takes_no_new_ones(self) -> None:
        network.dissolve_unit(**admin(), unit="shanjuan", until=DAY)
        assert "shanjuan" in networks.snapshot(DAY).units
        assert "shanjuan" not in networks.snapshot(DAY + timedelta(days=1)).units
        assert networks.snapshot(DAY + timedelta(days=1)).held_by("guo") == []
        why = refused(
            network.appoint, **admin(), post="shanjuan.contact", person="liyun", since=DAY + timedelta(days=3)
        )
        assert why.problems == {"post": "ended"}
        assert refused(network.dissolve_unit, **admin(), unit="shanjuan", until=DAY).code == "network.state.dissolved"

    def test_the_last_administrator_stays(self) -> None:
        why = refused(network.end_holding, **admin(), person="wu", post="zone.admin", until=DAY)
        assert why.code == "network.state.last_administrator"

    def test_a_holding_that_is_not_there_cannot_end(self) -> None:
        why = refused(network.end_holding, **admin(), person="liyun", post="labour.head", until=DAY)
        assert why.code == "network.state.not_held"

    def test_the_work_that_hangs_on_a_post_is_counted(self) -> None:
        from bihuan.actions import orders

        orders.submit_order(
            actor=cast.actor("chen"),
            programme="enterprise_order",
            type_="enterprise_request",
            requester="foundry",
            channel="officer",
            now=cast.NOW,
            facts={"title": "缺人", "category": "recruitment", "facts": "缺30人"},
        )
        assert network.work_of("desk.dispatcher", "zhou", cast.NOW)["desk"] == 1
        assert network.work_of("labour.handler", "wang", cast.NOW)["lead"] == 0


# ---- sheets ----
UNITS = """单位编码,名称,类型,上级,起,党员数,信用代码
branch1,一支部,园区党组织,area1,2022-01-01,12,
area1,一片区,activity_area,装备制造产业链党委,2022/1/1,,
firm1,青枫电气,链内企业,equipment,2022-01-01,,91000000MAYE00001P
"""


@pytest.mark.usefixtures("county")
class TestUnits:
    def take(self, text: str, **more: Any) -> rosters.Imported:
        return network.import_units(**admin(), sheet=sheet(text), **more)

    def test_a_parent_may_stand_below_its_children_and_be_named_in_words(self) -> None:
        done = self.take(UNITS)
        assert (done.taken, done.unchanged, done.rejected) == (3, 0, ())
        net = networks.snapshot(DAY)
        assert net.above("branch1") >= {"area1", "equipment", "liangxin"}
        assert net.units["branch1"].facts == {"party_members": "12"}
        assert [one.verb for one in chain()] == ["import_units"]

    def test_twice_takes_nothing_twice(self) -> None:
        self.take(UNITS)
        done = self.take(UNITS)
        assert (done.taken, done.unchanged, done.rejected) == (0, 3, ())
        assert len(chain()) == 1

    def test_a_dry_run_says_the_same_and_changes_nothing(self) -> None:
        dry = self.take(UNITS, dry=True)
        assert (dry.taken, dry.dry) == (3, True)
        assert chain() == [] and "firm1" not in networks.snapshot(DAY).units
        assert self.take(UNITS).taken == 3

    def test_only_the_changed_row_is_taken_again(self) -> None:
        self.take(UNITS)
        done = self.take(UNITS.replace(",12,", ",14,"))
        assert (done.taken, done.unchanged) == (1, 2)

    def test_a_key_left_out_is_given_once(self) -> None:
        text = "名称,类型,上级,起\n善溪纸业,enterprise,food,2022-01-01\n"
        assert self.take(text).taken == 1
        assert self.take(text).unchanged == 1
        assert [u.name for u in networks.snapshot(DAY).of_type("enterprise")].count("善溪纸业") == 1

    def test_every_row_that_is_not_taken_says_why_and_the_others_are_taken(self) -> None:
        text = UNITS + (
            "x1,无上级,链内企业,没有的党委,2022-01-01,,\n"
            "x2,日期错,链内企业,equipment,去年,,\n"
            "x3,代码错,链内企业,equipment,2022-01-01,,91000000MAYE000019\n"
            "x4,党员错,园区党组织,area1,2022-01-01,十二,\n"
            "x5,类型错,乡镇,zone,2022-01-01,,\n"
            "firm1,另一家,链内企业,equipment,2022-01-01,,\n"
        )
        done = self.take(text)
        assert (done.taken, len(done.rejected)) == (3, 6)
        said = {one.row.line: words.sentence(one.why) for one in done.rejected}
        assert sorted(said) == [5, 6, 7, 8, 9, 10]
        assert "没有的党委" in said[5] and "去年" in said[6] and "信用代码" in said[7] and "十二" in said[8]
        assert "乡镇" in said[9] and "两次" in said[10]
        assert all("%(" not in one for one in said.values())

    def test_two_units_of_one_name_must_be_told_apart(self) -> None:
        self.take("单位编码,名称,类型,上级,起\na1,一片区,activity_area,equipment,2022-01-01\n")
        self.take("单位编码,名称,类型,上级,起\na2,一片区,activity_area,food,2022-01-01\n")
        done = self.take("名称,类型,上级,起\n甲支部,party_org,一片区,2022-01-01\n")
        assert [one.why.problems for one in done.rejected] == [{"parent": "ambiguous_unit"}]

    def test_a_missing_column_is_named(self) -> None:
        with pytest.raises(SheetFault, match="类型"):
            self.take("名称,起\n青枫电气,2022-01-01\n")

    def test_columns_called_otherwise_can_be_mapped(self) -> None:
        text = "名称,性质,归口,起\n青枫电气,enterprise,equipment,2022-01-01\n"
        assert self.take(text, columns={"性质": "type", "归口": "parent"}).taken == 1

    def test_a_stranger_imports_nothing(self) -> None:
        with pytest.raises(Refused, match="network.post"):
            network.import_units(actor=cast.actor("zhou"), sheet=sheet(UNITS), now=cast.NOW)


HOLDERS = """单位,岗位,岗位类型,负责范围,姓名,起,止,代谁
人社局,承办人,handler,,王小川,2022-01-01,,
“两新”组织党委,派单员（夜班）,派单员,装备制造产业链党委、food,陆一舟,2022-01-01,,
“两新”组织党委,派单员（夜班）,派单员,,周敏,2022-10-01,2022-10-03,陆一舟
"""


@pytest.mark.usefixtures("county")
class TestHolders:
    def take(self, text: str, **more: Any) -> rosters.Imported:
        return network.import_holders(**admin(), sheet=sheet(text), **more)

    def test_posts_people_and_stand_ins_come_from_one_sheet(self) -> None:
        done = self.take(HOLDERS)
        assert (done.taken, done.unchanged, [words.sentence(one.why) for one in done.rejected]) == (3, 0, [])
        net = networks.snapshot(date(2022, 10, 2))
        [post] = [p for p in net.posts.values() if p.name == "派单员（夜班）"]
        assert post.covers == {"equipment", "food"}
        held = {net.name(h.person): net.name(h.stands_for) if h.stands_for else "" for h in net.holders(post.key)}
        assert held == {"陆一舟": "", "周敏": "陆一舟"}
        assert [h.person for h in net.holders(post.key) if h.stands_for] == ["zhou"]

    def test_twice_takes_nothing_twice(self) -> None:
        self.take(HOLDERS)
        done = self.take(HOLDERS)
        assert (done.taken, done.unchanged, done.rejected) == (0, 3, ())

    def test_a_row_without_a_name_is_a_vacant_post(self) -> None:
        self.take("单位编码,岗位类型,岗位,姓名,起\nland_bureau,部门主要负责人,局长,,2022-01-01\n")
        net = networks.snapshot(DAY)
        assert [p.name for p in coverage.vacant(net)] == ["局长"]

    def test_a_successor_may_stand_above_the_predecessor_whose_end_is_new(self) -> None:
        text = (
            "单位编码,岗位编码,岗位类型,姓名,起,止\n"
            "labour_bureau,labour.head,department_head,宁远帆,2022-07-01,\n"
            "labour_bureau,labour.head,department_head,何兵,2021-01-01,2022-06-30\n"
        )
        done = self.take(text)
        assert (done.taken, [words.sentence(one.why) for one in done.rejected]) == (2, [])
        assert networks.snapshot(DAY).name(networks.snapshot(DAY).holders("labour.head")[0].person) == "宁远帆"

    def test_every_row_that_is_not_taken_says_why(self) -> None:
        text = (
            "单位编码,岗位类型,岗位,人员编码,姓名,起,止,代谁\n"
            "nowhere,handler,,,甲,2022-01-01,,\n"
            "labour_bureau,mayor,,,甲,2022-01-01,,\n"
            "labour_bureau,department_head,,,甲,2022-01-01,,\n"
            "labour_bureau,handler,,zhou,周明,2022-01-01,,\n"
            "labour_bureau,handler,,,甲,2022-03-01,2022-02-01,\n"
            "labour_bureau,handler,,,甲,2022-01-01,,王磊\n"
            "labour_bureau,handler,,,甲,,,\n"
        )
        done = self.take(text)
        found = [(one.row.line, next(iter(one.why.problems.items()))) for one in done.rejected]
        assert done.taken == 0 and chain() == []
        assert found == [
            (2, ("unit", "unknown_unit")),
            (3, ("kind", "unknown_kind")),
            (4, ("person", "held")),
            (5, ("person", "name_differs")),
            (6, ("until", "backwards")),
            (7, ("stands_for", "not_holding")),
            (8, ("since", "missing")),
        ]

    def test_namesakes_are_told_apart_by_their_codes(self) -> None:
        head = "单位编码,岗位类型,人员编码,姓名,起\n"
        self.take(head + "labour_bureau,handler,li1,李明,2022-01-01\nland_bureau,handler,li2,李明,2022-01-01\n")
        done = self.take(head + "finance_bureau,handler,,李明,2022-01-01\n")
        assert [one.why.problems for one in done.rejected] == [{"person": "same_name"}]

    def test_a_row_that_is_refused_leaves_neither_post_nor_person(self) -> None:
        self.take("单位编码,岗位类型,岗位,姓名,起,止\nland_bureau,handler,新岗,甲乙丙,2022-03-01,2022-02-01\n")
        roll = rolls.read()
        assert "甲乙丙" not in roll.persons.values()
        assert "新岗" not in {post.name for post in roll.posts.values()}


# ---- the synthetic zone ----
@pytest.mark.usefixtures("programme_alone")
class TestFounding:
    def test_the_zone_is_founded_by_the_real_import_once(self) -> None:
        first = network.found_county(SEED, now=FOUNDED)
        again = network.found_county(SEED, now=FOUNDED)
        assert [(done.unchanged, done.rejected) for done in first] == [(0, ()), (0, ())]
        assert [(done.taken, done.rejected) for done in again] == [(0, ()), (0, ())]
        assert [one.verb for one in chain()] == ["import_units", "import_holders"]

    def test_the_zone_is_what_the_page_counts(self) -> None:
        network.found_county(SEED, now=FOUNDED)
        net = networks.snapshot(date(2022, 10, 25))
        organisations = net.of_type("party_org")
        assert (len(net.of_type("chain_committee")), len(net.of_type("chain_chamber"))) == (4, 4)
        assert len(organisations) == 119
        assert sum(int(one.facts["party_members"]) for one in organisations) == 1273
        every = coverage.covered(net, packs.programme("enterprise_order"), {})
        found = {one.coverage.key: (one.met, one.of) for one in every}
        assert found["areas_per_chain"] == (4, 4)
        assert found["investor_per_chain"] == (3, 4)
        assert {key for key, (met, of) in found.items() if met < of} == {"investor_per_chain"}

    def test_secretary_and_president_are_one_person_in_two_bodies(self) -> None:
        network.found_county(SEED, now=FOUNDED)
        net = networks.snapshot(date(2022, 10, 25))
        for chain_ in net.of_type("chain_committee"):
            [secretary] = net.holders(f"{chain_.key}.secretary")
            assert {h.post for h in net.held_by(secretary.person)} >= {
                f"{chain_.key}.secretary",
                f"{chain_.key}_chamber.president",
            }

    def test_every_department_of_the_catalogue_can_handle_and_sign(self) -> None:
        network.found_county(SEED, now=FOUNDED)
        net = networks.snapshot(date(2022, 1, 4))
        catalogue = packs.programme("enterprise_order").orders["enterprise_request"].catalogue
        for unit in set(catalogue.values()):
            assert net.staff(unit, "handler") and net.staff(unit, "department_head"), unit

    @pytest.mark.parametrize("what", ["units", "holders"])
    def test_what_is_exported_is_imported_as_the_same(self, what: str, tmp_path: Path) -> None:
        network.found_county(SEED, now=FOUNDED)
        kept = {}
        for one, export in (("units", rosters.export_units), ("holders", rosters.export_holders)):
            header, rows = export()
            write_sheet(tmp_path / f"{one}.xlsx", header, rows)
            kept[one] = (header, rows)
        call = {"units": network.import_units, "holders": network.import_holders}[what]
        same = call(actor=SYSTEM, sheet=read_sheet(tmp_path / f"{what}.xlsx"), now=FOUNDED)
        assert (same.taken, same.unchanged, same.rejected) == (0, len(kept[what][1]), ())

    def test_a_network_is_made_anew_from_its_sheets(self, tmp_path: Path) -> None:
        network.found_county(SEED, now=FOUNDED)
        before = rolls.read()
        for one, export in (("units", rosters.export_units), ("holders", rosters.export_holders)):
            header, rows = export()
            kept = io.BytesIO()
            write_sheet(kept, header, rows)
            (tmp_path / f"{one}.xlsx").write_bytes(kept.getvalue())
        _empty()
        for call, one in ((network.import_units, "units"), (network.import_holders, "holders")):
            done = call(actor=SYSTEM, sheet=read_sheet(tmp_path / f"{one}.xlsx"), now=FOUNDED)
            assert done.rejected == ()
        after = rolls.read()
        assert after.units == before.units
        assert after.posts == before.posts
        assert after.persons == before.persons
        assert set(after.holdings()) == set(before.holdings())


def _empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("store_holding", "store_person", "store_post", "store_unitedge", "store_unit"):
            cursor.execute(f"DELETE FROM {table}")
