from django.db import migrations, models

import reflect2protect.publishing.models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Exported",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(db_index=True, max_length=24)),
                ("mark", models.CharField(default=reflect2protect.publishing.models.new_mark, max_length=32, unique=True)),
                ("day", models.DateField()),
                ("removed", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("removed", None)), fields=("ref",), name="one_mark_in_use")
                ],
            },
        ),
    ]
