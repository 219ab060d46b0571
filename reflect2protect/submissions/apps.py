from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "reflect2protect.submissions"
    label = "submissions"
