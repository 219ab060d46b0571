import django.utils.timezone
from django.db import migrations, models


def one_row(apps, schema_editor):
    apps.get_model("submissions", "Mailbox").objects.create()


class Migration(migrations.Migration):

    dependencies = [
        ('submissions', '0003_keeping'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claimed_by', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('claimed_until', models.DateTimeField(blank=True, db_index=True, editable=False, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('not_before', models.DateTimeField(blank=True, editable=False, null=True)),
                ('again', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunPython(one_row, migrations.RunPython.noop),
    ]
