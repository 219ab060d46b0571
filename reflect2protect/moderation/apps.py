from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "reflect2protect.moderation"
    label = "moderation"
