from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "reflect2protect.audit"
    label = "audit"
