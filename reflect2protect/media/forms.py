"""Staff pictures go through the same door as everybody's: Wagtail's renditions keep GPS data."""

import io
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.forms import ImageField
from django.utils.translation import gettext
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from reflect2protect.media.work.launder import Refused, launder


def launder_upload(upload: InMemoryUploadedFile) -> None:
    """Put a laundered picture in the place of what was sent. Raises ValidationError.

    In its place, because Wagtail keeps the upload itself when another field of the form is wrong.
    """
    try:
        laundered = launder(upload.read())
    except Refused as refused:
        raise ValidationError(gettext("This file is not a picture that we can read.")) from refused
    upload.file = io.BytesIO(laundered.data)
    upload.name, upload.content_type = "picture.webp", "image/webp"
    upload.size = len(laundered.data)


class LaunderedField(ImageField):
    """A field for a picture; it is laundered before anything else looks at it."""

    def to_python(self, data: Any) -> Any:
        """The laundered file. Raises ValidationError where it cannot be laundered."""
        if data not in self.empty_values:
            launder_upload(data)
        return super().to_python(data)


class LaunderedWagtailField(LaunderedField, WagtailImageField):
    """The same, with Wagtail's own checks after it."""


class LaunderedImageForm(BaseImageForm):
    """Wagtail's picture form; the file it saves holds pixels only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not declared: Wagtail's form for titles alone has no such field, and must not get one.
        if field := self.fields.get("file"):
            self.fields["file"] = LaunderedWagtailField(
                label=field.label, required=field.required, widget=field.widget
            )
