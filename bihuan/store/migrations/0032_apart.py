"""What the trays' tallies do not tell of open work as its reader sees it is found along an index of nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0031_by_result"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("open", True), models.Q(("secret", True), ("queue", "advancing"), _connector="OR")),
                fields=["tenant", "programme", "id"],
                name="order_apart",
            ),
        ),
    ]
