"""An order's sequence says that a command made one event on it: the index of commands is of what else has events."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0024_open_kinds"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="event",
            name="event_command",
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("command", ""), _negated=True),
                    models.Q(("kind", "order"), _negated=True),
                ),
                fields=("tenant", "command", "subject"),
                name="event_command",
            ),
        ),
    ]
