from django.apps import AppConfig


class SeriesConfig(AppConfig):
    name = "reflect2protect.series"
    label = "series"
