"""网: kinds of units stand in a tree, and what must be covered can be."""

from __future__ import annotations

from bihuan.packs.nodes import Node, Pack


def check(pack: Pack) -> None:
    """Note circles of unit types and coverages nobody can meet."""
    units = pack.names("unit")
    for key, node in units.items():
        if key in above(key, units, beyond_itself=True):
            pack.add(node, "within", "unit-cycle", key=key)
    for node in pack.tables("network", "coverage"):
        low, high = node.get("min"), node.get("max")
        if high and low > high:
            pack.add(node, "max", "coverage-bounds", key=node.key, min=low, max=high)


def above(key: str, units: dict[str, Node], *, beyond_itself: bool = False) -> set[str]:
    """Return the unit types a type may stand within, at any remove; a type may stand within its own kind."""
    found: set[str] = set()
    ahead = [other for other in (units[key].texts("within") if key in units else ()) if other != key]
    while ahead:
        one = ahead.pop()
        if one in units and one not in found:
            found.add(one)
            ahead.extend(units[one].texts("within"))
    return found if beyond_itself else found | {key}
