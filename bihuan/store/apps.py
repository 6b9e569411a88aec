"""The Django application that holds every table."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables of Bihuan, under the label `store`."""

    name = "bihuan.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
