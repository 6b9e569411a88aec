"""What a department answered last, what ended in a way and what is secret is each found by an index of its own."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0027_tallies_by_sort"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=~Q(lead="") & ~Q(replied=""),
                fields=["tenant", "lead", "replied", "id"],
                name="order_lead_replied",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=~Q(result=""), fields=["tenant", "result", "id"], name="order_result"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=Q(secret=True), fields=["tenant", "id"], name="order_secret"),
        ),
    ]
