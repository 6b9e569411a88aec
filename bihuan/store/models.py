"""Every table. Instants are 27 characters of UTC text (`core.instants`), so that a column equals what was hashed.

Tables that grow carry the tenant first in their keys (architecture.md §8); there is one tenant per installation now.
"""

from django.db import models
from django.db.models import F, Q

from bihuan.store.models_api import Answer as Answer
from bihuan.store.models_api import ApiToken as ApiToken
from bihuan.store.models_briefs import Brief as Brief
from bihuan.store.models_briefs import BriefMember as BriefMember
from bihuan.store.models_desk import BulkRun as BulkRun
from bihuan.store.models_desk import Sitting as Sitting
from bihuan.store.models_desk import Snippet as Snippet
from bihuan.store.models_desk import View as View
from bihuan.store.models_documents import Document as Document
from bihuan.store.models_documents import DocumentForm as DocumentForm
from bihuan.store.models_documents import DocumentReceipt as DocumentReceipt
from bihuan.store.models_documents import UnitCode as UnitCode
from bihuan.store.models_figures import FigureTally as FigureTally
from bihuan.store.models_figures import OrderFacts as OrderFacts
from bihuan.store.models_ledger import Entry as Entry
from bihuan.store.models_ledger import EntryUnit as EntryUnit
from bihuan.store.models_links import CalendarLink as CalendarLink
from bihuan.store.models_links import ListLink as ListLink
from bihuan.store.models_network import Holding as Holding
from bihuan.store.models_network import Person as Person
from bihuan.store.models_network import Post as Post
from bihuan.store.models_network import Unit as Unit
from bihuan.store.models_network import UnitEdge as UnitEdge
from bihuan.store.models_notices import Contact as Contact
from bihuan.store.models_notices import Delivery as Delivery
from bihuan.store.models_notices import Robot as Robot
from bihuan.store.models_reviews import Ballot as Ballot
from bihuan.store.models_reviews import Round as Round
from bihuan.store.models_reviews import RoundUnit as RoundUnit
from bihuan.store.models_search import OrderText as OrderText
from bihuan.store.models_search import Term as Term
from bihuan.store.models_status import Beat as Beat
from bihuan.store.rows import RowId

INSTANT = 27
NEVER = "9999-12-31T00:00:00.000000Z"  # core.projection.NEVER
KEY = 64


class Version(models.Model):
    """The one row whose numbers say how fresh cached things are; `epoch`/`started` run the demonstration clock."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    network = models.BigIntegerField(default=1)
    packs = models.BigIntegerField(default=1)
    calendar = models.BigIntegerField(default=1)
    epoch = models.CharField(max_length=INSTANT, blank=True, default="")
    started = models.CharField(max_length=INSTANT, blank=True, default="")
    county = models.CharField(max_length=80, blank=True, default="")
    synthetic = models.BooleanField(default=False)


class Bundle(models.Model):
    """专项版本: an immutable published programme; `content` is its canonical text and `hash` that text's hash."""

    programme = models.CharField(max_length=KEY)
    number = models.IntegerField()
    hash = models.CharField(max_length=64)
    content = models.TextField()
    note = models.CharField(max_length=200, blank=True, default="")
    published = models.CharField(max_length=INSTANT)
    by = models.CharField(max_length=KEY, blank=True, default="")
    # open | closing | retired: beside the content, which never changes.
    state = models.CharField(max_length=10, default="open", db_default="open")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="bundle_number")]


class CalendarDay(models.Model):
    """A day the county edited: it wins over the shipped year."""

    day = models.DateField(unique=True)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=60, blank=True, default="")


class Order(models.Model):
    """单: the current row of an order. `body` is its whole state; the other columns are projected from it."""

    id = RowId(primary_key=True)  # given by the maker, rising with time
    tenant = models.SmallIntegerField(default=1)
    number = models.CharField(max_length=40)
    programme = models.CharField(max_length=KEY)
    type = models.CharField(max_length=KEY)
    bundle = models.CharField(max_length=80)
    state = models.CharField(max_length=KEY)
    queue = models.CharField(max_length=20, blank=True, default="")
    ring = models.SmallIntegerField(default=0)
    open = models.BooleanField(default=True)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=KEY, blank=True, default="")
    priority = models.SmallIntegerField(default=5)
    channel = models.CharField(max_length=KEY, blank=True, default="")
    source_number = models.CharField(max_length=80, blank=True, default="")
    requester = models.CharField(max_length=KEY, blank=True, default="")
    requester_name = models.CharField(max_length=120, blank=True, default="")
    desk = models.CharField(max_length=KEY, blank=True, default="")
    lead = models.CharField(max_length=KEY, blank=True, default="")
    first_receiver = models.CharField(max_length=KEY, blank=True, default="")
    handler = models.CharField(max_length=KEY, blank=True, default="")
    keeper = models.CharField(max_length=2 * KEY + 1, blank=True, default="")
    supervisor = models.CharField(max_length=KEY, blank=True, default="")
    secret = models.BooleanField(default=False)
    pending = models.CharField(max_length=20, blank=True, default="")
    pending_to = models.CharField(max_length=20, blank=True, default="")
    drafted = models.BooleanField(default=False)
    supervised = models.BooleanField(default=False)
    suspended = models.BooleanField(default=False)
    due = models.CharField(max_length=INSTANT)
    due_clock = models.CharField(max_length=KEY, blank=True, default="")
    yellow = models.CharField(max_length=INSTANT)
    orange = models.CharField(max_length=INSTANT)
    alarm = models.CharField(max_length=INSTANT)
    rate_until = models.CharField(max_length=INSTANT, blank=True, default="")
    rating = models.CharField(max_length=KEY, blank=True, default="")
    rated = models.CharField(max_length=INSTANT, blank=True, default="")
    result = models.CharField(max_length=KEY, blank=True, default="")
    solved = models.BooleanField(default=False)
    on_time = models.BooleanField(default=False)
    submitted = models.CharField(max_length=INSTANT, blank=True, default="")
    dispatched = models.CharField(max_length=INSTANT, blank=True, default="")
    replied = models.CharField(max_length=INSTANT, blank=True, default="")
    closed = models.CharField(max_length=INSTANT, blank=True, default="")
    seq = models.IntegerField()
    head = models.CharField(max_length=64)
    generation = models.IntegerField(default=1)
    source_due = models.CharField(max_length=INSTANT, default=NEVER, db_default=NEVER)
    owed = models.BooleanField(default=False, db_default=False)  # its source waits for the sheet
    archived = models.SmallIntegerField(default=0, db_default=0)  # the year it was closed with; 0 until then
    aged_in = models.CharField(max_length=10, default="", db_default="")  # the unit it ages in; "" once it ended
    aged_since = models.CharField(max_length=INSTANT, default="", db_default="")
    body = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="order_number"),
            models.UniqueConstraint(
                fields=["tenant", "channel", "source_number"], condition=~Q(source_number=""), name="order_source"
            ),
        ]
        indexes = [
            # Open work by whose it is: a queue page is a range of one of these, however long the history.
            models.Index(
                fields=["tenant", "desk", "queue", "due", "id"], condition=Q(open=True), name="order_desk_open"
            ),
            models.Index(
                fields=["tenant", "lead", "queue", "due", "id"],
                condition=Q(open=True) & ~Q(lead=""),
                name="order_lead_open",
            ),
            models.Index(
                fields=["tenant", "pending", "due", "id"], condition=Q(open=True) & ~Q(pending=""), name="order_pending"
            ),
            models.Index(fields=["tenant", "lead", "due", "id"], condition=Q(drafted=True), name="order_drafted"),
            models.Index(fields=["tenant", "handler"], condition=Q(open=True) & ~Q(handler=""), name="order_handler"),
            models.Index(fields=["tenant", "keeper", "due", "id"], condition=~Q(keeper=""), name="order_keeper"),
            models.Index(fields=["tenant", "rate_until", "id"], condition=~Q(rate_until=""), name="order_rate_until"),
            models.Index(fields=["tenant", "requester", "id"], name="order_requester"),
            models.Index(fields=["tenant", "alarm", "id"], condition=Q(open=True), name="order_alarm"),
            # The oldest open order is its first entry, and bundles are told apart without the rows.
            models.Index(fields=["tenant", "id", "bundle"], condition=Q(open=True), name="order_running"),
            # For who sees all open work; what it is counted by stands in it too, so that the rows are not looked at.
            models.Index(
                fields=["tenant", "due", "id", "queue", "programme", "type", "secret"],
                condition=Q(open=True),
                name="order_due_open",
            ),
            models.Index(fields=["tenant", "desk", "id"], name="order_desk"),
            models.Index(fields=["tenant", "lead", "id"], condition=~Q(lead=""), name="order_lead"),
            # What a department answered last, and what ended in a way.
            models.Index(
                fields=["tenant", "lead", "replied", "id"],
                condition=~Q(lead="") & ~Q(replied=""),
                name="order_lead_replied",
            ),
            models.Index(fields=["tenant", "result", "id"], condition=~Q(result=""), name="order_result"),
            models.Index(fields=["tenant", "id"], condition=Q(secret=True), name="order_secret"),  # few
            # Open work that the trays' tallies do not tell of as its reader sees it (store/in_hand.py): little.
            models.Index(
                fields=["tenant", "programme", "id"],
                condition=Q(open=True) & (Q(secret=True) | Q(queue="advancing")),
                name="order_apart",
            ),
            models.Index(fields=["tenant", "supervisor", "id"], condition=~Q(supervisor=""), name="order_supervisor"),
            models.Index(
                fields=["tenant", "first_receiver", "id"], condition=~Q(first_receiver=""), name="order_first"
            ),
            # What an office received first and another leads now: few.
            models.Index(
                fields=["tenant", "first_receiver", "id"],
                condition=Q(open=True) & ~Q(first_receiver="") & ~Q(first_receiver=F("lead")),
                name="order_passed_on",
            ),
            # What has ended and is not archived yet, those whose end no column knows first.
            models.Index(
                fields=["tenant", "closed", "id"], condition=Q(open=False, archived=0), name="order_unarchived"
            ),
            models.Index(fields=["tenant", "archived", "id"], condition=~Q(archived=0), name="order_archived"),
            # Windows: the list behind a figure of a month is a range, whatever lies before and after it.
            models.Index(fields=["tenant", "submitted", "id"], name="order_submitted"),
            models.Index(fields=["tenant", "replied", "id"], condition=~Q(replied=""), name="order_replied"),
            models.Index(fields=["tenant", "closed", "id"], condition=~Q(closed=""), name="order_closed"),
            models.Index(fields=["tenant", "rated", "id"], condition=~Q(rated=""), name="order_rated"),
            models.Index(fields=["tenant", "source_due", "id"], condition=Q(owed=True), name="order_owed"),
        ]


class OrderUnit(models.Model):
    """协办: the co-handling units of an order and, marked @, the posts with words to read; the truth is in its body."""

    tenant = models.SmallIntegerField(default=1)
    order = models.BigIntegerField()
    unit = models.CharField(max_length=KEY)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "unit", "order"], name="order_unit")]
        indexes = [models.Index(fields=["tenant", "order"], name="order_unit_order")]


class Event(models.Model):
    """事件: what happened, for ever. `body` is the canonical text, `hash` its hash; the row is its own outbox."""

    id = RowId(primary_key=True)
    tenant = models.SmallIntegerField(default=1)
    kind = models.CharField(max_length=12, default="order")  # order | network | setup
    subject = models.BigIntegerField()
    seq = models.IntegerField()
    verb = models.CharField(max_length=KEY)
    at = models.CharField(max_length=INSTANT)
    person = models.CharField(max_length=KEY, blank=True, default="")
    post = models.CharField(max_length=KEY, blank=True, default="")
    command = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64)
    body = models.TextField()
    deltas = models.TextField(blank=True, default="")
    waits = models.SmallIntegerField(default=0)  # for which workers, as `store.events` numbers them

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "subject", "seq"], name="event_seq"),
            # The same form sent twice makes one order, and one event of whatever else has events. That it makes one
            # event on an order its sequence says (`store.orders.record`): every step would write a page for it here.
            models.UniqueConstraint(
                fields=["tenant", "command", "subject"],
                condition=~Q(command="") & ~Q(kind="order"),
                name="event_command",
            ),
            models.UniqueConstraint(
                fields=["tenant", "command"], condition=Q(seq=1) & ~Q(command=""), name="event_first"
            ),
        ]
        indexes = [
            # One for all that workers do, told apart by what is left: pages read what is not folded, however long the
            # list of what nobody was told of yet.
            models.Index(fields=["waits", "id"], condition=~Q(waits=0), name="event_waits"),
        ]


class Personal(models.Model):
    """Personal values of an event, apart from it so that they can be erased; the event holds a salted commitment."""

    tenant = models.SmallIntegerField(default=1)
    order = models.BigIntegerField()
    seq = models.IntegerField()
    key = models.CharField(max_length=KEY)
    value = models.TextField()
    salt = models.CharField(max_length=32)
    erased = models.CharField(max_length=INSTANT, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "order", "seq", "key"], name="personal_key")]


class PersonalRead(models.Model):
    """看号码留痕: who looked at a personal value and when."""

    order = models.BigIntegerField()
    key = models.CharField(max_length=KEY)
    person = models.CharField(max_length=KEY)
    post = models.CharField(max_length=KEY)
    at = models.CharField(max_length=INSTANT)


class Counter(models.Model):
    """Folded tallies; the events not yet folded are added on reading, so that a count is always exact."""

    tenant = models.SmallIntegerField(default=1)
    programme = models.CharField(max_length=KEY)
    measure = models.CharField(max_length=200)  # ledger:<activity>:m:<measure>
    unit = models.CharField(max_length=80, blank=True, default="")  # a key with a word before it
    month = models.CharField(max_length=7, blank=True, default="")
    n = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "programme", "unit", "measure", "month"], name="counter_key")
        ]


class Serial(models.Model):
    """Running numbers by name (`QD2022`). Order numbers may have gaps (decisions 25)."""

    name = models.CharField(max_length=80, primary_key=True)
    n = models.BigIntegerField(default=0)


class Attachment(models.Model):
    """附件: a stored file under its order's own permission; `order` is 0 until the move that names it is made."""

    tenant = models.SmallIntegerField(default=1)
    order = models.BigIntegerField(default=0)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    by = models.CharField(max_length=KEY, blank=True, default="")
    at = models.CharField(max_length=INSTANT)
    outward = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["tenant", "order"], name="attachment_order")]


class Draft(models.Model):
    """草稿: what a person was typing for one move of one order."""

    person = models.CharField(max_length=KEY)
    place = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    at = models.CharField(max_length=INSTANT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="draft_place")]


class Seal(models.Model):
    """封存: the Merkle root over the heads of all chains up to an event."""

    at = models.CharField(max_length=INSTANT)
    upto = models.BigIntegerField()
    count = models.BigIntegerField()
    root = models.CharField(max_length=64)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
