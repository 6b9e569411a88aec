"""检索词: orders under the terms they are found by, written behind; what is not written yet is looked at directly.

An event that changes by what its order is found waits until a worker has read the order. Two workers never
mix the terms of an order: whoever writes them holds the row of its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from bihuan.core import terms as rules
from bihuan.store import events, orders, packs, statements
from bihuan.store.statements import marks

_WAITING = events.waiting(events.INDEX)  # of orders alone
BATCH = 1000  # events of one round
SOME = 200  # orders of one statement
LOOKED = 200  # events not indexed yet that a search looks at itself
WALK = 1000  # entries of a term that one reading passes
OTHERS = 2  # further terms asked for beside the rarest; long words are compared with the text itself


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for. `terms` are what every hit has, the rarest first, with how many orders have it up to WALK.

    `pending` are orders whose newest events are not indexed yet, `fresh` those of them that have the words; `behind`
    says that there are more of them than were looked at.
    """

    words: tuple[str, ...]
    terms: tuple[tuple[int, int], ...] = ()
    pending: tuple[int, ...] = ()
    fresh: tuple[int, ...] = ()
    behind: bool = False

    @property
    def rare(self) -> bool:
        """Whether few orders have the rarest term, so that they are best asked for first."""
        return bool(self.terms) and self.terms[0][1] < WALK


# ---- written behind ----
def fold(limit: int = BATCH) -> int:
    """Index the orders of up to `limit` waiting events and return how many events there were."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(events.taken(events.INDEX, "id, subject", limit))
        rows = cursor.fetchall()
        subjects = sorted({subject for _, subject in rows})
        for start in range(0, len(subjects), SOME):
            _keep(cursor, subjects[start : start + SOME])
        ids = [id_ for id_, _ in rows]
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            cursor.execute(f"UPDATE store_event SET {events.done(events.INDEX)} WHERE id IN ({marks(len(part))})", part)
        return len(ids)


def renew(ids: Sequence[int]) -> None:
    """Write the terms of these orders anew, whatever stands there."""
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(ids), SOME):
            _keep(cursor, sorted(ids[start : start + SOME]), anew=True)


def astray(ids: Sequence[int]) -> list[str]:
    """Return the numbers of those orders that are not found by what they say, although nothing of them waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.number, o.seq, o.body, COALESCE(x.text, '') FROM store_order o "
            'LEFT JOIN store_ordertext x ON x."order" = o.id '
            f"WHERE o.id IN ({marks(len(ids))}) AND NOT EXISTS (SELECT 1 FROM store_event e WHERE e.tenant = 1 "
            f"AND e.kind = 'order' AND e.subject = o.id AND {_WAITING}) ORDER BY o.id",
            list(ids),
        )
        return [number for number, seq, body, text in cursor.fetchall() if text_of(body, seq)[0] != text]


def text_of(body: str, seq: int) -> tuple[str, list[str]]:
    """Return the folded text an order is found by, and its parts as they were written."""
    order = orders.state_of(body, seq)
    order_type = packs.order_type(order.bundle, order.type)
    parts = rules.said(order_type, order, sealed=packs.bundle(order.bundle).sealed)
    return rules.text_of(parts), parts


def _keep(cursor: Any, ids: Sequence[int], *, anew: bool = False) -> None:
    some = marks(len(ids))
    cursor.execute(
        f"""INSERT INTO store_ordertext ("order", tenant, text) VALUES {", ".join(["(%s, 1, '')"] * len(ids))} """
        "ON CONFLICT DO NOTHING",
        list(ids),
    )
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    cursor.execute(
        f'SELECT "order", text FROM store_ordertext WHERE "order" IN ({some}) ORDER BY "order"{lock}', list(ids)
    )
    stood = dict(cursor.fetchall())
    cursor.execute(f"SELECT id, seq, body FROM store_order WHERE id IN ({some})", list(ids))
    gone: list[tuple[int, int]] = []
    came: list[tuple[int, int]] = []
    texts: list[tuple[str, int]] = []
    for id_, seq, body in cursor.fetchall():
        was, text = stood[id_], text_of(body, seq)[0]
        if text == was and not anew:
            continue
        before, now = rules.terms(was), rules.terms(text)
        texts.append((text, id_))
        gone += [(term, id_) for term in (before if anew else before - now)]
        came += [(term, id_) for term in (now if anew else now - before)]
    if gone:
        _change(cursor, "DELETE FROM store_term WHERE tenant = 1 AND ", gone)
    if came:
        _change(cursor, 'INSERT INTO store_term (tenant, term, "order") ', came)
    if texts:
        cursor.executemany('UPDATE store_ordertext SET text = %s WHERE "order" = %s', texts)


def _change(cursor: Any, sql: str, pairs: list[tuple[int, int]]) -> None:
    """Put in or take out (term, order): in the order of the index, which is then read once."""
    pairs.sort()
    deletes = sql.startswith("DELETE")
    if connection.vendor == "postgresql":
        given = "SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
        values = [[term for term, _ in pairs], [id_ for _, id_ in pairs]]
        if deletes:
            cursor.execute(f'{sql}(term, "order") IN ({given})', values)
        else:
            cursor.execute(f"{sql}SELECT 1, x.* FROM ({given}) x ON CONFLICT DO NOTHING", values)
    elif deletes:
        cursor.executemany(f'{sql}term = %s AND "order" = %s', pairs)
    else:
        cursor.executemany(f"{sql}VALUES (1, %s, %s) ON CONFLICT DO NOTHING", pairs)


# ---- read: written and waiting ----
def sought(query: str, *, counted: bool = True) -> Sought:
    """Return what a query looks for: two queries, whatever the history.

    Without `counted` a term that is the only one is taken for a common one, which saves the second query.
    """
    words = rules.asked(query)
    if not words:
        return Sought(())
    pending, fresh, behind = _waiting(words)
    needed = rules.needed(words)
    known = _rarest(needed) if counted or len(needed) > 1 else [(term, WALK) for term in needed]
    return Sought(words, tuple(known), pending, fresh, behind)


def backlog(most: int) -> int:
    """Return how many events of orders are not in the index yet, none above `most`; over what waits."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({events.first(events.INDEX, 'id', most)}) counted")
        return int(cursor.fetchone()[0])


def _waiting(words: tuple[str, ...]) -> tuple[tuple[int, ...], tuple[int, ...], bool]:
    rows = statements.rows(
        "SELECT o.id, o.seq, o.body, e.n FROM (SELECT subject, COUNT(*) AS n FROM "
        f"({events.first(events.INDEX, 'id, subject', LOOKED + 1, newest=True)}) newest GROUP BY subject) e "
        "CROSS JOIN store_order o WHERE o.id = e.subject",
        [],
    )
    fresh = tuple(id_ for id_, seq, body, _n in rows if rules.holds(text_of(body, seq)[0], words))
    return tuple(row[0] for row in rows), fresh, sum(row[3] for row in rows) > LOOKED


def _rarest(terms: set[int]) -> list[tuple[int, int]]:
    one = (
        "SELECT %s AS term, COUNT(*) AS n FROM "
        "(SELECT 1 FROM store_term WHERE tenant = 1 AND term = %s LIMIT %s) entries{n}"
    )
    sql = " UNION ALL ".join(one.format(n=n) for n in range(len(terms)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for term in terms for value in (term, term, WALK)])
        return sorted(cursor.fetchall(), key=lambda row: (row[1], row[0]))


def condition(wanted: Sought) -> tuple[str, list[Any]]:
    """Return the condition that an order `o` has the words, with its parameters, waiting orders included."""
    if not wanted.words:
        return "1 = 0", []
    clauses, values = having(wanted)
    first = wanted.terms[0][0]
    if wanted.rare:
        clauses.insert(0, 'o.id IN (SELECT t."order" FROM store_term t WHERE t.tenant = 1 AND t.term = %s)')
    else:
        clauses.insert(0, HAS)
    clause, values = " AND ".join(clauses), [first, *values]
    if not wanted.pending:
        return clause, values
    written = f"(o.id NOT IN ({marks(len(wanted.pending))}) AND {clause})"
    if not wanted.fresh:
        return written, [*wanted.pending, *values]
    return f"(o.id IN ({marks(len(wanted.fresh))}) OR {written})", [*wanted.fresh, *wanted.pending, *values]


def leading(wanted: Sought) -> tuple[str, list[str], list[Any]]:
    """Return tables, conditions and parameters by which the rarest term `t` leads to the orders `o` it is in.

    For pages in the order of `t."order"`. Waiting orders are left out.
    """
    clauses, values = having(wanted)
    if wanted.pending:
        clauses.append(f"o.id NOT IN ({marks(len(wanted.pending))})")
        values += wanted.pending
    led = ["t.tenant = 1", "t.term = %s", 'o.id = t."order"', *clauses]
    return "store_term t CROSS JOIN store_order o", led, [wanted.terms[0][0], *values]


HAS = 'EXISTS (SELECT 1 FROM store_term h WHERE h.tenant = 1 AND h.term = %s AND h."order" = o.id)'
SAYS = "EXISTS (SELECT 1 FROM store_ordertext x WHERE x.\"order\" = o.id AND x.text LIKE %s ESCAPE '!')"


def having(wanted: Sought) -> tuple[list[str], list[Any]]:
    """Return what an order `o` with the rarest term must have besides: further terms, and long words as they stand."""
    others = [term for term, _ in wanted.terms[1 : 1 + OTHERS]]
    clauses, values = [HAS] * len(others), [*others]
    known = {wanted.terms[0][0], *others}
    spelt = [word for word in wanted.words if len(word) > 2 or not rules.needed([word]) <= known]
    clauses += [SAYS] * len(spelt)
    return clauses, [*values, *(f"%{_escaped(word)}%" for word in spelt)]


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
