"""Figures for Prometheus: /metrics.

What the database knows (plans, queue, workers, sensors) is asked for at each scrape and is the same
whichever process answers. Requests and what came in are counted by each web process for itself.
"""

from collections.abc import Iterator

from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from api.http.blueprints import APIBlueprint, resource
from api.http.contract import WATCHERS, Media, contract
from api.http.ports import ports, principal
from api.usecases.figures import SOLVE_BOUNDS_S, Figures, service_figures


def blueprint() -> APIBlueprint:
    """One route."""
    made = resource("metrics", tag="probes")
    made.get("/metrics", summary="Figures for Prometheus")(get_metrics)
    return made


@contract(*WATCHERS, gives={200: Media("text/plain")})
def get_metrics() -> Response:
    """In the text format of Prometheus. With the database down it is a 503, as a scrape shows."""
    at = ports()
    found = service_figures(at.db, now=at.clock(), zone=at.settings.zone)
    stored = CollectorRegistry()
    stored.register(_Stored(found))
    text = generate_latest(stored) + at.meters.text_for(principal().fleet_id)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


class _Stored(Collector):
    """Figures of the database as metrics."""

    def __init__(self, found: Figures) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        found = self._found
        yield _by("plans", "Plans, by status.", "status", found.plans)
        yield _one("queue_age_seconds", "How long the oldest queued plan waits.", found.queue_age_s)
        yield _one("workers", "Workers that were heard lately.", found.workers)
        yield _solve_seconds(found)
        yield _one(
            "published_plan_cost_eur", "Cost of today's published plan.", found.published_cost_eur
        )
        yield _by("sensors", "Bins by how their sensor is.", "state", found.sensors)
        yield _one(
            "last_reading_age_seconds", "Age of the newest reading.", found.last_reading_age_s
        )
        yield _by("quarantine", "Readings kept aside, by reason.", "reason", found.quarantined)


def _one(name: str, text: str, value: float | None) -> Metric:
    """A figure, left out while there is none."""
    made = GaugeMetricFamily(f"binrounds_{name}", text)
    if value is not None:
        made.add_metric([], value)
    return made


def _by(name: str, text: str, label: str, values: dict[str, int]) -> Metric:
    made = GaugeMetricFamily(f"binrounds_{name}", text, labels=[label])
    for each, count in sorted(values.items()):
        made.add_metric([each], count)
    return made


def _solve_seconds(found: Figures) -> Metric:
    counts = [*found.solved_within, found.solved]
    bounds = [*(str(each) for each in SOLVE_BOUNDS_S), "+Inf"]
    buckets = list(zip(bounds, counts, strict=True))
    made = HistogramMetricFamily(
        "binrounds_solve_seconds", "Seconds from a worker's claim to a plan, of all plans."
    )
    made.add_metric([], buckets, found.solve_s)
    return made
