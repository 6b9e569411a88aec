"""Tables of the interface for other programs: who may call it, and what was answered to a key."""

from django.db import models

INSTANT = 27
KEY = 64


class ApiToken(models.Model):
    """An API token: only its hash is kept. It acts as a person in a post."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    person = models.CharField(max_length=KEY)
    post = models.CharField(max_length=KEY)
    created = models.CharField(max_length=INSTANT)
    revoked = models.CharField(max_length=INSTANT, blank=True, default="")


class Answer(models.Model):
    """What was answered to an Idempotency-Key, kept for 24 hours."""

    token = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.SmallIntegerField(default=0)
    body = models.TextField(blank=True, default="")
    at = models.CharField(max_length=INSTANT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="answer_key")]
