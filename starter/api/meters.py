"""What the API counts, in a registry of its own. Labels are closed vocabularies: no ids, names or texts."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_REQUESTS = Counter(
    "escalations_api_requests",
    "Requests that were answered, or cut off (status `none`).",
    ("route", "method", "status"),
    registry=REGISTRY,
)
_SECONDS = Histogram(
    "escalations_api_request_seconds",
    "Time until the answer began.",
    ("route", "method"),
    buckets=(0.005, 0.015, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0),
    registry=REGISTRY,
)
_REFUSED = Counter(
    "escalations_api_refused",
    "Requests that were answered with a problem, by its code.",
    ("code",),
    registry=REGISTRY,
)
IN_PROGRESS = Gauge(
    "escalations_api_requests_in_progress", "Requests whose answer has not begun.", registry=REGISTRY
)
RATE_LIMITED = Counter(
    "escalations_api_rate_limited",
    "Requests that came too fast, by whose allowance was used up: `caller` or `address`.",
    ("allowance",),
    registry=REGISTRY,
)
OPEN_STREAMS = Gauge("escalations_api_open_streams", "Streams that are open.", registry=REGISTRY)
STREAMED = Counter("escalations_api_streamed_events", "Events sent over all streams.", registry=REGISTRY)
SLOW_STREAMS = Counter(
    "escalations_api_slow_streams", "Streams ended because nobody read them.", registry=REGISTRY
)
DECISIONS = Counter(
    "escalations_api_decisions",
    "Decisions by type, and by `done`, `accepted` (held for a worker) or the code of the problem.",
    ("type", "outcome"),
    registry=REGISTRY,
)
OPENINGS = Counter(
    "escalations_api_openings",
    "Openings by what came of them.",
    ("outcome",),
    registry=REGISTRY,
)


def request(route: str, method: str, status: int | None, seconds: float, problem: str | None) -> None:
    """Counts a request. Methods are the caller's to choose, so strange ones share a label."""
    known = method if method in METHODS else "other"
    _REQUESTS.labels(route, known, "none" if status is None else str(status)).inc()
    _SECONDS.labels(route, known).observe(seconds)
    if problem is not None:
        _REFUSED.labels(problem).inc()
