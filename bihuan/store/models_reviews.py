"""The tables of reviews: rounds as their events have made them, and ballots of which nobody knows who gave them."""

from django.db import models
from django.db.models import Q

KEY = 64


class Round(models.Model):
    """评: a round of a rating meeting; `body` is its whole state, the columns are read from that."""

    id = models.BigIntegerField(primary_key=True)
    tenant = models.SmallIntegerField(default=1)
    number = models.CharField(max_length=32)
    programme = models.CharField(max_length=KEY)
    meeting = models.CharField(max_length=KEY)
    unit = models.CharField(max_length=KEY)
    date = models.CharField(max_length=10)
    closed = models.CharField(max_length=27, blank=True, default="")
    published = models.CharField(max_length=27, blank=True, default="")
    seq = models.IntegerField()
    head = models.CharField(max_length=64)
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="round_number")]
        indexes = [models.Index(fields=["tenant", "programme", "id"], name="round_programme")]


class RoundUnit(models.Model):
    """参评单位: a unit judged in a round, so that it finds the rounds it was judged in."""

    tenant = models.SmallIntegerField(default=1)
    round = models.BigIntegerField()
    unit = models.CharField(max_length=KEY)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "unit", "round"], name="roundunit_once")]


class Ballot(models.Model):
    """票: a ballot. `id` is drawn by lot and there is no time, so that rows do not tell who came when.

    While the round is open the hash of a link leads to its answers; when it is closed answers and links part: rows
    with answers have no `token`, rows with a token no answers.
    """

    id = models.BigIntegerField(primary_key=True)
    tenant = models.SmallIntegerField(default=1)
    round = models.BigIntegerField()
    kind = models.CharField(max_length=KEY)
    token = models.CharField(max_length=64, blank=True, default="")
    answers = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token"], condition=~Q(token=""), name="ballot_token")]
        indexes = [models.Index(fields=["tenant", "round"], name="ballot_round")]
