"""The two forms. They stand before the publications, which answer when nothing is sent."""

from django.urls import path

from reflect2protect.submissions.views import my_reflection, participate

urlpatterns = [
    path("<language:language>/participate/", participate, name="submissions-participate"),
    path("<language:language>/my-reflection/", my_reflection, name="submissions-my-reflection"),
]
