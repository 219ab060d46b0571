from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "reflect2protect.pages"
    label = "pages"
