"""The desk's addresses, below /staff/desk/."""

from django.urls import path

from reflect2protect.moderation.views import case, desk, emergency, picture, shown

app_name = "moderation"
urlpatterns = [
    path("", desk, name="desk"),
    path("shown/", shown, name="desk-shown"),
    path("stop/", emergency, name="desk-stop"),
    path("pictures/<slug:name>/<picture_file:file>", picture, name="picture-show"),
    path("<slug:id>/", case, name="case-decide"),
]
