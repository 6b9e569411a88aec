"""Tables of the links that open an enterprise's whole list, or the calendar of a person's own deadlines."""

from django.db import models

INSTANT = 27
KEY = 64


class ListLink(models.Model):
    """企业链接: one for each unit that was ever given one. The token is made of id and generation and kept nowhere.

    `until` is "" where it was withdrawn.
    """

    unit = models.CharField(max_length=KEY, unique=True)
    generation = models.IntegerField(default=1)
    until = models.CharField(max_length=INSTANT, blank=True, default="")
    at = models.CharField(max_length=INSTANT)
    by = models.CharField(max_length=KEY, blank=True, default="")


class CalendarLink(models.Model):
    """期限日历的链接: one for each person who ever asked for one; token and `until` as with ListLink."""

    person = models.CharField(max_length=KEY, unique=True)
    generation = models.IntegerField(default=1)
    until = models.CharField(max_length=INSTANT, blank=True, default="")
    at = models.CharField(max_length=INSTANT)
