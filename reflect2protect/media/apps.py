from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "reflect2protect.media"
    label = "media"
