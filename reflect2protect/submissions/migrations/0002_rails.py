"""Places within an area and within a language, and the rails that remember the last ones."""

from collections import Counter
from typing import Any

from django.db import migrations, models

AT_ONCE = 1000


def hang_again(apps: Any, schema_editor: Any) -> None:
    """What hangs already gets its places in the order in which it was approved."""
    submissions = apps.get_model("submissions", "Submission").objects
    last: Counter[str] = Counter()
    rows = submissions.filter(state="approved").order_by("place")
    batch = []
    for row in rows.only("place", "area_id", "language").iterator(AT_ONCE):
        last["all"] = row.place
        last[f"language:{row.language}"] += 1
        row.language_place = last[f"language:{row.language}"]
        if row.area_id:
            last[f"area:{row.area_id}"] += 1
            row.area_place = last[f"area:{row.area_id}"]
        batch.append(row)
    submissions.bulk_update(batch, ["area_place", "language_place"], batch_size=AT_ONCE // 5)
    rails = apps.get_model("submissions", "Rail").objects
    rails.bulk_create(rails.model(name=name, last=place) for name, place in last.items())


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("submissions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Rail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                ("last", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.RemoveConstraint("submission", "approved_has_a_place"),
        migrations.AddField(
            "submission", "area_place", models.PositiveBigIntegerField(null=True)
        ),
        migrations.AddField(
            "submission", "language_place", models.PositiveBigIntegerField(null=True)
        ),
        migrations.RunPython(hang_again, migrations.RunPython.noop),
        migrations.AddConstraint(
            "submission",
            models.CheckConstraint(
                name="approved_has_its_places",
                condition=~models.Q(state="approved")
                | models.Q(place__isnull=False, language_place__isnull=False)
                & (models.Q(area__isnull=True) | models.Q(area_place__isnull=False)),
            ),
        ),
        migrations.AddConstraint(
            "submission",
            models.UniqueConstraint(fields=["area", "area_place"], name="one_on_an_area_place"),
        ),
        migrations.AddConstraint(
            "submission",
            models.UniqueConstraint(
                fields=["language", "language_place"], name="one_on_a_language_place"
            ),
        ),
    ]
