"""Open work is counted by kind and secrecy from the index by which it is read, without its rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0023_open_ways"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="order",
            name="order_due_open",
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("open", True)),
                fields=["tenant", "due", "id", "queue", "programme", "type", "secret"],
                name="order_due_open",
            ),
        ),
    ]
