"""评: points and weights add up, five steps go down, five ballots are the least, and somebody else decides appeals."""

from __future__ import annotations

from bihuan.core.review_kinds import LEAST, MOST_TRIM, STEPS, WHOLE
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack


def check(pack: Pack) -> None:
    """Note meetings whose figures cannot be right, whose results would show a rater, or which lead nowhere."""
    for meeting in pack.tables("reviews", "meeting"):
        _sums(pack, meeting)
        _steps(pack, meeting)
        _bounds(pack, meeting)
        _objects(pack, meeting)
        _who(pack, meeting)
        _appeal(pack, meeting)
        _orders(pack, meeting)


def _sums(pack: Pack, meeting: Node) -> None:
    for name, key, code in (("criterion", "points", "review-points"), ("kind", "weight", "review-weights")):
        total = sum(int(one.get(key)) for one in meeting.many(name))
        if meeting.many(name) and total != WHOLE:
            pack.add(meeting.many(name)[-1], key, code, key=meeting.key, total=total)


def _steps(pack: Pack, meeting: Node) -> None:
    for name, key, code in (("step", "percent", "review-steps"), ("class", "from", "review-classes")):
        some = meeting.many(name)
        values = [int(one.get(key)) for one in some]
        down = all(a > b for a, b in zip(values, values[1:], strict=False))
        right = down and bool(values) and values[0] <= WHOLE
        if name == "step":
            right = right and len(values) == STEPS and values[0] == WHOLE
        else:
            right = right and values[-1] == 0
        if some and not right:
            pack.add(some[-1], key, code, key=meeting.key)


def _bounds(pack: Pack, meeting: Node) -> None:
    if int(meeting.get("least")) < LEAST:
        pack.add(meeting, "least", "review-least", key=meeting.key, least=meeting.get("least"))
    if int(meeting.get("trim")) > MOST_TRIM:
        pack.add(meeting, "trim", "review-trim", key=meeting.key, most=MOST_TRIM)
    for key in ("bad", "bad_criterion"):
        if int(meeting.get(key)) > WHOLE:
            pack.add(meeting, key, "review-bad", key=meeting.key, word=key)


def _objects(pack: Pack, meeting: Node) -> None:
    """The book lists the units judged in a field of its own."""
    activity = pack.names("activity").get(meeting.text("activity"))
    if activity is None:
        return
    word, unit = meeting.text("objects"), meeting.text("object")
    fields = {one.key: one for one in activity.many("field")}
    held = fields.get(word)
    if held is None or held.text("kind") != "units" or held.text("unit") != unit:
        facts = {"key": meeting.key, "word": word, "unit": unit, "activity": activity.key}
        pack.add(meeting, "objects", "review-objects", suggestion=suggestion(word, fields), **facts)


def _who(pack: Pack, meeting: Node) -> None:
    activity = pack.names("activity").get(meeting.text("activity"))
    unit = activity.text("unit") if activity else ""
    for who in (*meeting.many("chair"), *meeting.many("reader")):
        post, of = pack.names("post").get(who.text("post")), who.text("of")
        if of in ("covers", "everywhere") and not who.text("post"):
            pack.add(who, "of", "review-post", key=meeting.key, of=of)
        elif of == "covers" and post is not None and unit and post.text("covers") != unit:
            pack.add(who, "post", "review-covers", key=meeting.key, post=who.text("post"), unit=unit)


def _appeal(pack: Pack, meeting: Node) -> None:
    written = [key for key in ("appellant", "reviewer", "appeal") if meeting.text(key)]
    if written and len(written) < 3:
        pack.add(meeting, written[0], "review-appeal", key=meeting.key)
        return
    posts = pack.names("post")
    appellant, reviewer = posts.get(meeting.text("appellant")), posts.get(meeting.text("reviewer"))
    unit = meeting.text("object")
    if appellant is not None and unit not in appellant.texts("at"):
        pack.add(meeting, "appellant", "review-appellant", key=meeting.key, post=appellant.key, unit=unit)
    chairing = [who.text("post") for who in meeting.many("chair")]
    if reviewer is not None and (reviewer.key in chairing or unit in reviewer.texts("at")):
        pack.add(meeting, "reviewer", "review-reviewer", key=meeting.key, post=reviewer.key)


def _orders(pack: Pack, meeting: Node) -> None:
    kind, channel = meeting.text("orders"), meeting.text("channel")
    if bool(kind) != bool(channel):
        pack.add(meeting, "orders" if kind else "channel", "review-orders", key=meeting.key)
    order = pack.names("order").get(kind)
    if order is None:
        return
    fields = {one.key: one for one in order.many("field")}
    for word, value in meeting.get("order_facts").items():
        spec = fields.get(word)
        choices = [one.key for one in spec.many("choices")] if spec else []
        if spec is None or (choices and value not in choices):
            near = suggestion(value, choices) if spec else suggestion(word, fields)
            facts = {"key": meeting.key, "word": word, "value": value, "order": kind}
            pack.add(meeting, ("order_facts", word), "review-fact", suggestion=near, **facts)
