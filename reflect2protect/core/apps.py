from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "reflect2protect.core"
    label = "core"
