"""Tables of the search: what an order may be found by, and the terms that lead to it."""

from django.db import models


class OrderText(models.Model):
    """检索文本: the folded text an order is found by."""

    order = models.BigIntegerField(primary_key=True)
    tenant = models.SmallIntegerField(default=1)
    text = models.TextField(blank=True, default="")


class Term(models.Model):
    """检索词: that an order has a term (`core.terms`: a number). Its key is all there is of it."""

    pk = models.CompositePrimaryKey("tenant", "term", "order")
    tenant = models.SmallIntegerField(default=1)
    term = models.BigIntegerField()
    order = models.BigIntegerField()
