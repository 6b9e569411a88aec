from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("store", "0007_bulk_runs")]

    operations = [
        migrations.AddField("order", "archived", models.SmallIntegerField(default=0, db_default=0)),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["tenant", "closed", "id"], condition=Q(open=False, archived=0), name="order_unarchived"
            ),
        ),
        migrations.AddIndex(
            "order",
            models.Index(fields=["tenant", "archived", "id"], condition=~Q(archived=0), name="order_archived"),
        ),
    ]
