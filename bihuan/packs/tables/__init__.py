"""The declared tables of a pack, one module for each of its files."""

from bihuan.packs.tables.ledger import LEDGER
from bihuan.packs.tables.network import NETWORK
from bihuan.packs.tables.orders import ORDERS
from bihuan.packs.tables.programme import PROGRAMME
from bihuan.packs.tables.reports import REPORTS
from bihuan.packs.tables.reviews import REVIEWS
from bihuan.packs.tables.statistics import STATISTICS
from bihuan.packs.tables.stories import STORIES

FILES = (PROGRAMME, NETWORK, ORDERS, LEDGER, STATISTICS, REVIEWS, REPORTS, STORIES)

__all__ = [
    "FILES", "LEDGER", "NETWORK", "ORDERS", "PROGRAMME", "REPORTS", "REVIEWS", "STATISTICS", "STORIES",
]  # fmt: skip
