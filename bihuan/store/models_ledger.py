"""The tables of the ledger: entries as their events have made them, and the units each of them names."""

from django.db import models
from django.db.models import Q

INSTANT = 27
KEY = 64


class Entry(models.Model):
    """账: the current row of an entry. `body` is its whole state; the other columns are projected from it.

    `date` is the local day it took place, as text; `recorded` and `changed` the first and the last event.
    """

    id = models.BigIntegerField(primary_key=True)
    tenant = models.SmallIntegerField(default=1)
    number = models.CharField(max_length=40)
    programme = models.CharField(max_length=KEY)
    activity = models.CharField(max_length=KEY)
    bundle = models.CharField(max_length=80)
    unit = models.CharField(max_length=KEY)
    date = models.CharField(max_length=10)
    idle = models.CharField(max_length=KEY, blank=True, default="")
    late = models.BooleanField(default=False)
    live = models.BooleanField(default=True)
    recorded = models.CharField(max_length=INSTANT)
    changed = models.CharField(max_length=INSTANT)
    post = models.CharField(max_length=KEY, blank=True, default="")
    same = models.CharField(max_length=64, blank=True, default="")
    seq = models.IntegerField()
    head = models.CharField(max_length=64)
    body = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="entry_number"),
            # The same material at most once, whoever is first.
            models.UniqueConstraint(fields=["tenant", "same"], condition=~Q(same=""), name="entry_same"),
        ]
        indexes = [
            models.Index(fields=["tenant", "programme", "activity", "date", "id"], name="entry_date"),
            models.Index(fields=["tenant", "programme", "activity", "unit", "date", "id"], name="entry_unit"),
            # What a recount as of a past moment must replay: the few that changed after it.
            models.Index(fields=["tenant", "programme", "activity", "changed", "id"], name="entry_changed"),
        ]


class EntryUnit(models.Model):
    """Which units a live entry names in its fields: whom one visited, who came. The truth is in the entry's body."""

    tenant = models.SmallIntegerField(default=1)
    entry = models.BigIntegerField()
    unit = models.CharField(max_length=KEY)
    programme = models.CharField(max_length=KEY)
    activity = models.CharField(max_length=KEY)
    field = models.CharField(max_length=KEY)
    date = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "entry", "field", "unit"], name="entry_names"),
        ]
        indexes = [
            models.Index(fields=["tenant", "unit", "date", "entry"], name="entry_named"),
            models.Index(fields=["tenant", "programme", "activity", "field", "date", "unit"], name="entry_distinct"),
        ]
