"""The picture of a member of staff goes through the same door; Wagtail offers no setting for it."""

from wagtail.admin.forms.account import AvatarPreferencesForm

from reflect2protect.media.forms import LaunderedField

_field = AvatarPreferencesForm.base_fields["avatar"]
AvatarPreferencesForm.base_fields["avatar"] = LaunderedField(label=_field.label, required=False)
