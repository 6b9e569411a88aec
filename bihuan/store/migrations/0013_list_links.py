from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0012_snippets")]

    operations = [
        migrations.CreateModel(
            name="ListLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(max_length=64, unique=True)),
                ("generation", models.IntegerField(default=1)),
                ("until", models.CharField(blank=True, default="", max_length=27)),
                ("at", models.CharField(max_length=27)),
                ("by", models.CharField(blank=True, default="", max_length=64)),
            ],
        ),
    ]
