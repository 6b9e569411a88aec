"""Open work is found by every way an office comes to it; the oldest open order is one step into an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0022_beats"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="order",
            name="order_bundle",
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("open", True)), fields=["tenant", "id", "bundle"], name="order_running"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(
                    ("open", True),
                    models.Q(("first_receiver", ""), _negated=True),
                    models.Q(("first_receiver", models.F("lead")), _negated=True),
                ),
                fields=["tenant", "first_receiver", "id"],
                name="order_passed_on",
            ),
        ),
    ]
