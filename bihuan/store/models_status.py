"""What the parts that work by themselves leave behind, so that people see them working."""

from django.db import models


class Beat(models.Model):
    """心跳: when a part that works by itself last finished a round."""

    name = models.CharField(max_length=16, primary_key=True)
    at = models.CharField(max_length=27)
