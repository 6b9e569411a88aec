"""Tables of briefs: a brief with its state and frozen content, and the records behind each of its frozen figures."""

from django.db import models
from django.db.models import Q

INSTANT = 27
KEY = 64


class Brief(models.Model):
    """简报: `body` is its whole state as its events made it; `content` what was frozen, "" until then."""

    id = models.BigIntegerField(primary_key=True)
    tenant = models.SmallIntegerField(default=1)
    programme = models.CharField(max_length=KEY)
    kind = models.CharField(max_length=KEY)
    state = models.CharField(max_length=20)
    year = models.IntegerField(default=0)
    number = models.IntegerField(default=0)
    seq = models.IntegerField()
    head = models.CharField(max_length=64)
    body = models.TextField()
    content = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "programme", "kind", "year", "number"],
                condition=~Q(number=0),
                name="brief_number",
            )
        ]
        indexes = [models.Index(fields=["tenant", "programme", "id"], name="brief_programme")]


class BriefMember(models.Model):
    """简报数字的记录: a page of the records behind a frozen figure, as canonical text. Kept as long as the brief."""

    tenant = models.SmallIntegerField(default=1)
    brief = models.BigIntegerField()
    figure = models.IntegerField()
    part = models.CharField(max_length=20)
    page = models.IntegerField()
    content = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "brief", "figure", "part", "page"], name="brief_member_page")
        ]
