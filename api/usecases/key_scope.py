"""What a key is for: its role, and the truck or the devices that go with it."""

from typing import Literal

from api.usecases.errors import FieldProblem, Invalid

Role = Literal["dispatcher", "driver", "sensor", "monitor", "admin"]
ROLES: tuple[Role, ...] = ("dispatcher", "driver", "sensor", "monitor", "admin")


def wrong_field(field: str, message: str) -> Invalid:
    """What is raised for one wrong field."""
    return Invalid(message, [FieldProblem(field, message)])


def check_scope(
    role: Role,
    name: str,
    truck_id: str | None,
    sensor_prefix: str | None,
    sensor_ids: tuple[str, ...],
) -> None:
    """A driver's key is for one truck, a sensor's for its devices, others for neither.

    Raises Invalid that names the field.
    """
    if role not in ROLES:
        raise wrong_field("role", f"a role is one of {', '.join(ROLES)}, not {role!r}")
    if len(name) > 200 or not name.isprintable():
        raise wrong_field("name", "a name is at most 200 printable characters")
    if len(sensor_prefix or "") > 64:
        raise wrong_field("sensor_prefix", "a sensor prefix is at most 64 characters")
    if (role == "driver") != (truck_id is not None):
        raise wrong_field("truck_id", "a driver's key, and no other, is for one truck")
    has_sensors = sensor_prefix is not None or bool(sensor_ids)
    if (role == "sensor") != has_sensors:
        raise wrong_field("sensor_ids", "a sensor key, and no other, names its devices")
