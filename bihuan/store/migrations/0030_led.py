"""What no office leads yet stands in no office's index of open work: it is written there when it is dispatched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0029_room_to_count"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="order",
            name="order_lead_open",
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("open", True), models.Q(("lead", ""), _negated=True)),
                fields=["tenant", "lead", "queue", "due", "id"],
                name="order_lead_open",
            ),
        ),
    ]
