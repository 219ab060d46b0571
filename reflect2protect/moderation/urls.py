"""The desk's addresses, below /staff/desk/."""

from django.urls import path

from reflect2protect.moderation.views import asked, case, desk, emergency, paper, picture, shown

app_name = "moderation"
urlpatterns = [
    path("", desk, name="desk"),
    path("asked/", asked, name="desk-asked"),
    path("shown/", shown, name="desk-shown"),
    path("paper/", paper, name="desk-paper"),
    path("stop/", emergency, name="desk-stop"),
    path("pictures/<slug:name>/<picture_file:file>", picture, name="picture-show"),
    path("<slug:id>/", case, name="case-decide"),
]
