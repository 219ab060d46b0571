"""The record of decisions: append-only, each entry sealed with the digest of the one before."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One decision. References only: no words, pictures or names of participants, and a day."""

    number = models.PositiveBigIntegerField(unique=True)
    verb = models.SlugField()
    ref = models.CharField(max_length=80)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.SlugField(blank=True)
    day = models.DateField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.ref}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Writes a new entry. Raises TypeError for one that is already in the record."""
        if self.pk:
            raise TypeError("The record is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises TypeError: nothing leaves the record."""
        raise TypeError("The record is append-only.")
