"""The links by which people subscribe to their own deadlines."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0033_under")]

    operations = [
        migrations.CreateModel(
            name="CalendarLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=64, unique=True)),
                ("generation", models.IntegerField(default=1)),
                ("until", models.CharField(blank=True, default="", max_length=27)),
                ("at", models.CharField(max_length=27)),
            ],
        ),
    ]
