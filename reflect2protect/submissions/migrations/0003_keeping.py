import json

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from reflect2protect.core import vault
from reflect2protect.submissions.work import shelf


def seal_all(apps, schema_editor):
    """What was readable in the database and in the private folder is sealed from now on."""
    for row in apps.get_model("submissions", "Submission").objects.all():
        row.since = row.decided or row.received
        if row.state != "withdrawn":
            row.key = vault.new()
            said = {name: getattr(row, name) for name in ("words", "alt", "name", "note")}
            said = {name: text for name, text in said.items() if text}
            key = vault.key(row.key)
            row.sealed = vault.seal(key, json.dumps(said).encode()) if said else None
            seal_picture(apps, row, key)
        row.save()


def seal_picture(apps, row, key):
    picture = apps.get_model("submissions", "Picture").objects.filter(submission=row).first()
    if picture is None:
        return
    row.seen = "face"
    picture.key = row.key
    picture.save()
    for file in shelf.folder(picture.name).glob("[!.]*"):
        shelf.put(picture.name, file.name, file.read_bytes(), key)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_keeping'),
        ('submissions', '0002_rails'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='submission',
            name='withdrawn_is_empty',
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_desk', models.BooleanField()),
                ('sealed', models.BinaryField()),
                ('day', models.DateField(default=django.utils.timezone.localdate)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='picture',
            name='key',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='submission',
            name='asked',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='submission',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='submission',
            name='claimed_by',
            field=models.CharField(blank=True, default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='submission',
            name='claimed_until',
            field=models.DateTimeField(blank=True, db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='colour',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='submission',
            name='drawing',
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name='submission',
            name='key',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='submission',
            name='not_before',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='sealed',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='seen',
            field=models.CharField(choices=[('face', 'Face'), ('covered', 'Covered'), ('silhouette', 'Silhouette'), ('mirror', 'Mirror'), ('words', 'Words')], default='words', max_length=10),
        ),
        migrations.AddField(
            model_name='submission',
            name='show_from',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='show_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='since',
            field=models.DateField(default=django.utils.timezone.localdate),
        ),
        migrations.AddField(
            model_name='submission',
            name='turn',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='submission',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('approved', 'Approved'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('erased', 'Erased')], default='waiting', max_length=10),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['state', 'turn'], name='submissions_state_946e97_idx'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['state', 'since'], name='submissions_state_9e00e8_idx'),
        ),
        migrations.AddField(
            model_name='message',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='submissions.submission'),
        ),
        migrations.RunPython(seal_all, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='submission',
            name='alt',
        ),
        migrations.RemoveField(
            model_name='submission',
            name='name',
        ),
        migrations.RemoveField(
            model_name='submission',
            name='note',
        ),
        migrations.RemoveField(
            model_name='submission',
            name='words',
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['withdrawn', 'erased']), _negated=True), models.Q(('area__isnull', True), ('country', ''), ('drawing', ''), ('sealed__isnull', True)), _connector='OR'), name='ended_is_empty'),
        ),
    ]
