"""Tables of the network: units in their trees, posts, persons, and who held which post from which day."""

from django.conf import settings
from django.db import models

KEY = 64


class Unit(models.Model):
    """单位. Its place in the trees is dated in `UnitEdge`."""

    key = models.CharField(max_length=KEY, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True, default="")
    type = models.CharField(max_length=KEY)
    facts = models.JSONField(default=dict)
    pinyin = models.CharField(max_length=200, blank=True, default="")
    since = models.DateField()
    until = models.DateField(null=True)
    order = models.IntegerField(default=0)


class UnitEdge(models.Model):
    """Where a unit stands in a tree, from a day to a day."""

    tree = models.CharField(max_length=KEY, default="line")
    child = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="up")
    parent = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="down")
    since = models.DateField()
    until = models.DateField(null=True)


class Post(models.Model):
    """岗位: one post of one unit; `covers` are keys of the units it looks after."""

    key = models.CharField(max_length=KEY, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=KEY)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="posts")
    covers = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField(null=True)


class Person(models.Model):
    """人: a name and, where there is one, an account. Nothing else is kept on a person."""

    key = models.CharField(max_length=KEY, unique=True)
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120, blank=True, default="")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="person")


class Holding(models.Model):
    """任职: who held which post from which day; `stands_for` makes it a dated stand-in (代办)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="holdings")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="holdings")
    since = models.DateField()
    until = models.DateField(null=True)
    stands_for = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
