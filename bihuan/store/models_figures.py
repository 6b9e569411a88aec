"""The tables that figures are counted from besides the orders and entries themselves."""

from django.db import models
from django.db.models import Q

INSTANT = 27
KEY = 64


def _moment() -> "models.CharField[str, str]":
    return models.CharField(max_length=INSTANT, blank=True, default="")


class OrderFacts(models.Model):
    """单的数据: what figures ask of an order besides its own columns, derived from its state behind its events.

    `seq` is the event up to which it stands, `changed` the moment of the last event that changed anything a figure
    looks at, `began` that of the first. `adds` is what it adds to `FigureTally`. An order
    with events not folded yet is read from its body instead.
    """

    order = models.BigIntegerField(primary_key=True)
    tenant = models.SmallIntegerField(default=1)
    programme = models.CharField(max_length=KEY)
    type = models.CharField(max_length=KEY)
    seq = models.IntegerField()
    began = models.CharField(max_length=INSTANT)
    changed = models.CharField(max_length=INSTANT)
    touched = models.CharField(max_length=INSTANT)
    stamp = models.CharField(max_length=64)
    milestone = models.CharField(max_length=20, blank=True, default="")
    dispatched = _moment()
    accepted = _moment()
    answered = _moment()
    due = _moment()
    contact_due = _moment()
    surveyed = _moment()
    rectified = _moment()
    returned = models.BooleanField(default=False)
    redone = models.BooleanField(default=False)
    kept = models.BooleanField(default=False)
    responded = models.BooleanField(default=False)
    confirmed = models.BooleanField(default=False)
    satisfied = models.BooleanField(default=False)
    adds = models.TextField(default="[]")

    class Meta:
        indexes = [
            # What a recount as of a past moment must replay: the orders that changed after it.
            models.Index(fields=["tenant", "changed", "order"], name="facts_changed"),
            models.Index(fields=["tenant", "touched", "order"], name="facts_touched"),
            models.Index(fields=["tenant", "programme", "type", "order"], name="facts_type"),
            models.Index(
                fields=["tenant", "dispatched", "order"], condition=~Q(dispatched=""), name="facts_dispatched"
            ),
            models.Index(fields=["tenant", "accepted", "order"], condition=~Q(accepted=""), name="facts_accepted"),
            models.Index(fields=["tenant", "answered", "order"], condition=~Q(answered=""), name="facts_answered"),
            models.Index(fields=["tenant", "due", "order"], condition=~Q(due=""), name="facts_due"),
            models.Index(
                fields=["tenant", "contact_due", "order"], condition=~Q(contact_due=""), name="facts_contact_due"
            ),
            models.Index(fields=["tenant", "surveyed", "order"], condition=~Q(surveyed=""), name="facts_surveyed"),
            models.Index(fields=["tenant", "rectified", "order"], condition=~Q(rectified=""), name="facts_rectified"),
        ]


class FigureTally(models.Model):
    """数字的计数: how many orders bear a mark, by unit and local month: the sum of what the rows of `OrderFacts` add."""

    tenant = models.SmallIntegerField(default=1)
    programme = models.CharField(max_length=KEY)
    type = models.CharField(max_length=KEY)
    mark = models.CharField(max_length=2 * KEY)  # with a measure behind it where amounts add up
    unit = models.CharField(max_length=80, blank=True, default="")
    month = models.CharField(max_length=7, blank=True, default="")
    n = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "programme", "type", "mark", "unit", "month"], name="figure_tally_key"
            )
        ]
