"""填报: what people type, brought to the one form that is stored, or named as a problem of a field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from bihuan.core.moments import YEARS
from bihuan.core.network import Network
from bihuan.core.programmes import Field, Move, OrderType
from bihuan.core.refusal import Refused
from bihuan.core.snippets import unfilled

TEXT, LONG_TEXT = 200, 4000
_DATE = re.compile(r"^(?:(\d{4})\s*[-./年])?\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?$")
_PHONE = re.compile(r"^1[3-9]\d{9}$|^0\d{2,3}-?\d{7,8}$")
# No longer than decimals are counted with: nothing that was typed is rounded away unseen.
_MONEY = re.compile(r"^([+-]?\d[\d,]{0,20}(?:\.\d{1,10})?)\s*(亿元?|万元?|元)?$")
_SCALE = {"": 1, "元": 1, "万": 10**4, "万元": 10**4, "亿": 10**8, "亿元": 10**8}
_TRUE, _FALSE = {"1", "true", "yes", "on", "是"}, {"", "0", "false", "no", "off", "否"}


class Problem(ValueError):
    """Why a value cannot be taken, as a code that `words` turns into a sentence."""


def clean(order_type: OrderType, move: Move, raw: Mapping[str, Any], network: Network, today: date) -> dict[str, Any]:
    """Return the facts of a move in stored form: only fields the move needs or takes, empty ones left out.

    Raises Refused `verb.needs` with `problems` naming every field that is missing or wrong, all at once.
    """
    facts: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for key in (*move.needs, *move.takes):
        field = order_type.fields[key]
        try:
            value = cleaned(field, raw.get(key), network, today)
        except Problem as problem:
            problems[key] = str(problem)
            continue
        if value is None:
            if key in move.needs:
                problems[key] = "missing"
        else:
            facts[key] = value
    if problems:
        raise Refused(f"{move.verb}.needs", problems, fields=list(problems))
    return facts


def cleaned(field: Field, raw: Any, network: Network, today: date) -> Any:
    """Return one value in stored form, None where nothing was given; raises Problem."""
    if raw is None or raw == "" or raw == []:
        return None
    if field.kind in _MANY:
        given = [raw] if isinstance(raw, str | int) else list(raw)
        values = [_MANY[field.kind](field, one, network) for one in given if one not in ("", None)]
        return list(dict.fromkeys(values)) or None
    if isinstance(raw, str):
        raw = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").strip()
        if "\x00" in raw:
            raise Problem("bad_character")
        if not raw:
            return None
    if field.kind in ("unit", "post", "person"):
        return _ONE[field.kind](field, str(raw), network)
    if field.kind == "date":
        day = parse_date(str(raw), today)
        if field.past and day > today:
            raise Problem("in_future")
        return day.isoformat()
    return _PLAIN[field.kind](field, raw)


def parse_date(text: str, today: date) -> date:
    """Read a date as people type it (2022-10-25, 2022.10.25, 2022年10月25日, 10月25日); raises Problem."""
    match = _DATE.match(unicodedata.normalize("NFKC", text).strip()[:24])
    if match is None:
        raise Problem("not_a_date")
    year, month, day = match.groups()
    try:
        found = date(int(year or today.year), int(month), int(day))
    except ValueError:
        raise Problem("not_a_date") from None
    if found.year not in YEARS:
        raise Problem("not_a_date")
    return found


def parse_money(text: str) -> Decimal:
    """Read an amount in yuan, 万元 or 亿元 and return yuan; raises Problem."""
    match = _MONEY.match(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise Problem("not_money")
    try:
        amount = Decimal(match[1].replace(",", "")) * _SCALE[match[2] or ""]
    except InvalidOperation:  # pragma: no cover - the pattern lets only numbers through
        raise Problem("not_money") from None
    if amount < 0:
        raise Problem("negative")
    if amount >= Decimal(10) ** 15 or amount != round(amount, 2):
        raise Problem("not_money")
    return amount.quantize(Decimal("0.01"))


def _text(field: Field, raw: Any) -> str:
    if not isinstance(raw, str | int | Decimal):
        raise Problem("not_text")
    value = str(raw)
    if len(value) > (field.max_length or (LONG_TEXT if field.kind == "long_text" else TEXT)):
        raise Problem("too_long")
    if unfilled(value):
        raise Problem("unfilled")
    return value


def _choice(field: Field, raw: Any) -> str:
    if not field.has_choice(raw):
        raise Problem("not_a_choice")
    return str(raw)


def _money(field: Field, raw: Any) -> str:
    return str(parse_money(str(raw)))


def _count(field: Field, raw: Any) -> int:
    text = unicodedata.normalize("NFKC", str(raw)).replace(",", "").strip()
    if not re.fullmatch(r"\d{1,12}", text):
        raise Problem("not_a_count")
    return int(text)


def _phone(field: Field, raw: Any) -> str:
    text = re.sub(r"[\s·]", "", unicodedata.normalize("NFKC", str(raw)))
    if _PHONE.match(text):
        return text
    digits = re.sub(r"\D", "", text)
    if digits.startswith("1") and len(digits) != 11:
        raise Problem("phone_short" if len(digits) < 11 else "phone_long")
    raise Problem("phone")


def _credit_code(field: Field, raw: Any) -> str:
    try:
        return str(uscc.validate(unicodedata.normalize("NFKC", str(raw)).upper()))
    except ValidationError:
        raise Problem("credit_code") from None


def _yes_no(field: Field, raw: Any) -> bool | None:
    text = str(raw).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return None
    raise Problem("not_yes_no")


def _unit(field: Field, raw: Any, network: Network) -> str:
    unit = network.units.get(str(raw))
    if unit is None:
        raise Problem("unknown_unit")
    if field.unit and unit.type != field.unit:
        raise Problem("wrong_unit")
    return unit.key


def _post(field: Field, raw: Any, network: Network) -> str:
    post = network.posts.get(str(raw))
    if post is None or (field.post and post.kind != field.post):
        raise Problem("unknown_post")
    if not network.holders(post.key):
        raise Problem("vacant_post")
    return post.key


def _person(field: Field, raw: Any, network: Network) -> str:
    if str(raw) not in network.persons:
        raise Problem("unknown_person")
    return str(raw)


def _file(field: Field, raw: Any, network: Network) -> int:
    if isinstance(raw, bool) or not re.fullmatch(r"[0-9]{1,18}", str(raw)):  # more is no number of a row
        raise Problem("unknown_file")
    return int(raw)


def _many_choice(field: Field, raw: Any, network: Network) -> str:
    return _choice(field, raw)


_MANY: dict[str, Callable[[Field, Any, Network], Any]] = {"choices": _many_choice, "units": _unit, "files": _file}
_ONE: dict[str, Callable[[Field, str, Network], str]] = {"unit": _unit, "post": _post, "person": _person}
_PLAIN: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "long_text": _text,
    "duration": _text,
    "order": _text,
    "choice": _choice,
    "money": _money,
    "count": _count,
    "number": _count,
    "phone": _phone,
    "credit_code": _credit_code,
    "yes_no": _yes_no,
}
