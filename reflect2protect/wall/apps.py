from django.apps import AppConfig


class WallConfig(AppConfig):
    name = "reflect2protect.wall"
    label = "wall"
