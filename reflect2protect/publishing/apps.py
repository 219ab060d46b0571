from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "reflect2protect.publishing"
    label = "publishing"
