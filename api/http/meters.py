"""What a web process counts of itself, since it started."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from api.usecases.readings import IngestResult

_REQUEST_BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Meters:
    """Counters of one app, in a registry of its own: two apps in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self._requests = Histogram(
            "binrounds_request_seconds",
            "Seconds from request to answer, by route; of a stream until it begins.",
            ("method", "route", "status"),
            buckets=_REQUEST_BOUNDS_S,
            registry=self.registry,
        )
        self._readings = Counter(
            "binrounds_readings",
            "Readings that came in, by what became of them.",
            ("outcome",),
            registry=self.registry,
        )
        self._events = Counter(
            "binrounds_driver_events",
            "Events that drivers reported, by what became of them.",
            ("outcome",),
            registry=self.registry,
        )
        self.streams = Gauge(
            "binrounds_live_streams", "Live streams that are open.", registry=self.registry
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request. `route` is its rule, not its path, of which there are too many."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def readings(self, result: IngestResult) -> None:
        """Count a batch of readings."""
        for outcome in ("accepted", "duplicate", "quarantined"):
            self._readings.labels(outcome).inc(getattr(result, outcome))

    def driver_event(self, outcome: str) -> None:
        """Count an event of a driver."""
        self._events.labels(outcome).inc()
