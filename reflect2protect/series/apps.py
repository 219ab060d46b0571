from django.apps import AppConfig


class SeriesConfig(AppConfig):
    name = "reflect2protect.series"
    label = "series"

    def ready(self) -> None:
        """What staff write here is published."""
        from reflect2protect.publishing.actions import watch
        from reflect2protect.series.models import Film, FilmText

        watch(Film, FilmText, kind="film")
