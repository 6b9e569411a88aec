"""Tables of desk work: several orders moved at once."""

from django.db import models
from django.db.models import Q

INSTANT = 27
KEY = 64


class BulkRun(models.Model):
    """成批办理: one move on several orders, kept before the first is made so that what was cut off can be taken up.

    `rows` is {number: {facts, seq}}; `ended` is "" until every row was tried.
    """

    tenant = models.SmallIntegerField(default=1)
    command = models.CharField(max_length=64)
    person = models.CharField(max_length=KEY)
    post = models.CharField(max_length=KEY)
    programme = models.CharField(max_length=KEY)
    verb = models.CharField(max_length=KEY)
    rows = models.JSONField(default=dict)
    at = models.CharField(max_length=INSTANT)
    ended = models.CharField(max_length=INSTANT, blank=True, default="")
    done = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "command"], name="bulk_command")]
        indexes = [
            models.Index(fields=["tenant", "person", "id"], name="bulk_person"),
            models.Index(fields=["tenant", "person"], condition=Q(ended=""), name="bulk_unfinished"),
        ]
