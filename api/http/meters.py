"""What a web process counts of itself, since it started: for each fleet, which sees its own."""

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from api.usecases.readings import IngestResult

_REQUEST_BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Meters:
    """Counters of one app, in a registry of its own: two apps in one process do not mix."""

    def __init__(self) -> None:
        self._all = CollectorRegistry(auto_describe=True)
        self._requests = Histogram(
            "binrounds_request_seconds",
            "Seconds from request to answer, by route; of a stream until it begins.",
            ("fleet", "method", "route", "status"),
            buckets=_REQUEST_BOUNDS_S,
            registry=self._all,
        )
        self._readings = Counter(
            "binrounds_readings",
            "Readings that came in, by what became of them.",
            ("fleet", "outcome"),
            registry=self._all,
        )
        self._events = Counter(
            "binrounds_driver_events",
            "Events that drivers reported, by what became of them.",
            ("fleet", "outcome"),
            registry=self._all,
        )
        self._streams = Gauge(
            "binrounds_live_streams", "Live streams that are open.", ("fleet",), registry=self._all
        )

    def request(self, fleet: str, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request. `route` is its rule, not its path, of which there are too many; `fleet`
        is empty if nobody knows who asks.
        """
        self._requests.labels(fleet, method, route, str(status)).observe(seconds)

    def readings(self, fleet: str, result: IngestResult) -> None:
        """Count a batch of readings."""
        for outcome in ("accepted", "duplicate", "quarantined"):
            self._readings.labels(fleet, outcome).inc(getattr(result, outcome))

    def driver_event(self, fleet: str, outcome: str) -> None:
        """Count an event of a driver."""
        self._events.labels(fleet, outcome).inc()

    def streams(self, fleet: str) -> Gauge:
        """The live streams of a fleet."""
        return self._streams.labels(fleet)

    def text_for(self, fleet: str) -> bytes:
        """What was counted for a fleet, and for those of whom nobody knows who they are."""
        mine = CollectorRegistry()
        mine.register(_Of(fleet, self._all))
        return generate_latest(mine)


class _Of(Collector):
    """Of all that was counted, what one fleet may see, under no fleet's name."""

    def __init__(self, fleet: str, counted: CollectorRegistry) -> None:
        self._seen, self._counted = {"", fleet}, counted

    def collect(self) -> Iterator[Metric]:
        for each in self._counted.collect():
            mine = copy(each)
            mine.samples = self._merged(each.samples)
            yield mine

    def _merged(self, samples: Iterable[Sample]) -> list[Sample]:
        found: dict[Any, Sample] = {}
        for each in samples:
            if each.labels["fleet"] in self._seen:
                labels = {name: text for name, text in each.labels.items() if name != "fleet"}
                key = (each.name, *labels.values())
                values = [one.value for one in (found.get(key), each) if one is not None]
                since = each.name.endswith("_created")
                found[key] = Sample(each.name, labels, min(values) if since else sum(values))
        return list(found.values())
