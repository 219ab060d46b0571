"""Pictures of the campaign's own, in Wagtail's library. Participants' pictures never enter it."""

from typing import ClassVar

from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class CampaignImage(AbstractImage):
    """A picture that staff uploaded, laundered before it was saved."""

    admin_form_fields = Image.admin_form_fields


class CampaignRendition(AbstractRendition):
    """One size of a staff picture."""

    image = models.ForeignKey(CampaignImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together: ClassVar = [("image", "filter_spec", "focal_point_key")]
