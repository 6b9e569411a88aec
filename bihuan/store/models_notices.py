"""Tables of notices: what is to be told to whom, where people can be reached, and the chat groups of units."""

from django.db import models
from django.db.models import Q

INSTANT = 27
KEY = 64


class Delivery(models.Model):
    """通知: one message to one target by one channel. `key` is unique, so that nothing is told twice.

    `state` is waiting (to be sent), kept (for the next digest), sent, failed (given up, an administrator sees it) or
    dropped (nothing to send to any more). `lease` is until when a sender has it. It holds no content of an order.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.SmallIntegerField(default=1)
    key = models.CharField(max_length=200)
    event = models.BigIntegerField(default=0)
    order = models.BigIntegerField(default=0)
    number = models.CharField(max_length=40, blank=True, default="")
    programme = models.CharField(max_length=KEY, blank=True, default="")
    type = models.CharField(max_length=KEY, blank=True, default="")
    verb = models.CharField(max_length=KEY, blank=True, default="")
    light = models.CharField(max_length=8, blank=True, default="")
    clock = models.CharField(max_length=KEY, blank=True, default="")
    channel = models.CharField(max_length=8)
    person = models.CharField(max_length=KEY, blank=True, default="")
    robot = models.BigIntegerField(default=0)
    urgency = models.CharField(max_length=8, blank=True, default="")
    at = models.CharField(max_length=INSTANT)
    due = models.CharField(max_length=INSTANT)
    lease = models.CharField(max_length=INSTANT, blank=True, default="")
    tries = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=8, default="waiting")
    said = models.CharField(max_length=120, blank=True, default="")
    sent = models.CharField(max_length=INSTANT, blank=True, default="")
    seen = models.CharField(max_length=INSTANT, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="delivery_key")]
        indexes = [
            models.Index(fields=["tenant", "due", "id"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["tenant", "person", "id"], condition=Q(state="kept"), name="delivery_kept"),
            models.Index(fields=["tenant", "id"], condition=Q(state="failed"), name="delivery_failed"),
            models.Index(fields=["tenant", "person", "id"], condition=Q(channel="inapp"), name="delivery_inapp"),
            models.Index(fields=["tenant", "person"], condition=Q(channel="inapp", seen=""), name="delivery_unread"),
            models.Index(fields=["tenant", "order", "id"], name="delivery_order"),
        ]


class Contact(models.Model):
    """Where a person can be reached: mail or mobile. No row means nothing is sent there."""

    person = models.CharField(max_length=KEY)
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=254)
    at = models.CharField(max_length=INSTANT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="contact_kind")]


class Robot(models.Model):
    """群机器人: the chat group of a unit, or of one post. `token` opens the group: it is shown to nobody again."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    unit = models.CharField(max_length=KEY)
    post = models.CharField(max_length=KEY, blank=True, default="")
    token = models.CharField(max_length=200)
    secret = models.CharField(max_length=200, blank=True, default="")
    at = models.CharField(max_length=INSTANT)
