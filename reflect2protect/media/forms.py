"""Staff pictures go through the same door as everybody's: Wagtail's renditions keep GPS data."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext
from wagtail.images.forms import BaseImageForm

from reflect2protect.media.work.launder import Refused, launder


class LaunderedImageForm(BaseImageForm):
    """Wagtail's picture form; the file it saves holds pixels only."""

    def clean_file(self) -> Any:
        """The laundered file. Raises ValidationError where it cannot be laundered."""
        upload = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return upload
        upload.seek(0)
        try:
            laundered = launder(upload.read())
        except Refused as refused:
            raise ValidationError(
                gettext("This file is not a picture that we can read.")
            ) from refused
        return SimpleUploadedFile("picture.webp", laundered.data, "image/webp")
