"""Tables of desk work: several orders moved at once, saved views, texts used again and again, sittings."""

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


class View(models.Model):
    """视图: a list somebody comes back to. It belongs to a person, or to a post and then to whoever holds it.

    `filters` are the conditions of the list's address; `limit` above 0 raises a light when more orders are in it.
    """

    tenant = models.SmallIntegerField(default=1)
    person = models.CharField(max_length=KEY, blank=True, default="")
    post = models.CharField(max_length=KEY, blank=True, default="")
    programme = models.CharField(max_length=KEY)
    name = models.CharField(max_length=20)
    filters = models.JSONField(default=dict)
    limit = models.IntegerField(default=0)
    at = models.CharField(max_length=INSTANT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "person", "post", "programme", "name"], name="view_name")
        ]
        indexes = [models.Index(fields=["tenant", "post", "programme"], condition=~Q(post=""), name="view_post")]


class Snippet(models.Model):
    """常用语: a text used again and again, of a person or of a post; `{企业}` and the like are filled in when used."""

    tenant = models.SmallIntegerField(default=1)
    person = models.CharField(max_length=KEY, blank=True, default="")
    post = models.CharField(max_length=KEY, blank=True, default="")
    name = models.CharField(max_length=20)
    text = models.CharField(max_length=1000)
    at = models.CharField(max_length=INSTANT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "person", "post", "name"], name="snippet_name")]
        indexes = [models.Index(fields=["tenant", "post"], condition=~Q(post=""), name="snippet_post")]


class Sitting(models.Model):
    """集中派单会: a sitting; `body` is its whole state as its events made it, the columns are read from that."""

    id = models.BigIntegerField(primary_key=True)
    tenant = models.SmallIntegerField(default=1)
    programme = models.CharField(max_length=KEY)
    type = models.CharField(max_length=KEY)
    unit = models.CharField(max_length=KEY)
    person = models.CharField(max_length=KEY)
    closed = models.BooleanField(default=False)
    seq = models.IntegerField()
    head = models.CharField(max_length=64)
    body = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "unit", "id"], name="sitting_unit")]
