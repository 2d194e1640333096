"""Every code that a violation can carry, with what it means; programs may rely on them."""

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """Code of a broken rule; `meaning` is its sentence for docs/errors.md."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        code = str.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    # the plan as a document
    PLAN_DATE = "plan_date", "The plan's service date is not the problem's."
    PLAN_TIMEZONE = "plan_timezone", "The plan's time zone is not the problem's."
    NOT_FINITE = "not_finite", "A number of the plan is NaN or infinite."

    # coverage
    UNKNOWN_TRUCK = "unknown_truck", "A route's truck is none of the problem's."
    UNKNOWN_DEPOT = "unknown_depot", "A route starts or ends at a depot that the problem lacks."
    UNKNOWN_VISIT = "unknown_visit", "A step or a left entry names a visit that the problem lacks."
    UNKNOWN_SITE = "unknown_site", "A truck unloads at a disposal site that the problem lacks."
    TRUCK_TWICE = "truck_twice", "A truck has more than one route."
    VISIT_TWICE = "visit_twice", "A visit is done more than once."
    VISIT_MISSING = "visit_missing", "A visit is neither on a route nor among those left."
    SERVED_AND_LEFT = "served_and_left", "A visit is on a route and also among those left."
    LEFT_TWICE = "left_twice", "A visit is listed as left more than once."
    ROUTE_MISSING = (
        "route_missing",
        "A truck under way, or with something to do first, has no route.",
    )
    LEFT_FACTS = "left_facts", "A left entry states another `required` or prize than the visit has."

    # order of steps
    ROUTE_EMPTY = "route_empty", "A route has no steps at all."
    ROUTE_START = "route_start", "A route's first step is not its start."
    ROUTE_END = "route_end", "A route's last step is not its end."
    STEP_ORDER = "step_order", "A start or an end stands in the middle of a route."
    START_DEPOT = "start_depot", "A route starts at another depot than its truck's."
    END_DEPOT = "end_depot", "A route ends at another depot than its truck's."
    FIRST_ACTIONS = "first_actions", "A truck does not do first, in order, what it has to do first."
    STEP_PLACE = "step_place", "A step's place is not where its depot, visit, site or break is."
    STEP_FACTS = "step_facts", "A step states another `required` or prize than its visit has."

    # legs and times
    LEG_UNREACHABLE = "leg_unreachable", "A truck drives a leg for which the matrix has no way."
    LEG_DISTANCE = "leg_distance", "A leg's distance is not that of the problem's travel."
    LEG_TIME = "leg_time", "A leg's driving time is not that of the problem's travel and traffic."
    ARRIVAL = "arrival", "A step's arrival is not the departure before it plus the leg."
    BEGIN = "begin", "A step begins before the truck has arrived."
    DEPARTURE = "departure", "A step's departure is not its begin plus what it takes."
    START_TIMES = "start_times", "Arrival, begin and departure of a route's start differ."

    # trucks under way
    PRESENT_PLACE = "present_place", "A truck under way starts elsewhere than where it is."
    PRESENT_TIME = "present_time", "A truck under way starts before or after its present time."
    PRESENT_LOAD = "present_load", "A truck under way starts with another load than it has."

    # breaks
    BREAK_SHAPE = "break_shape", "A break has a ref or no `break_at`, or another step has one."
    BREAK_MISSING = "break_missing", "A truck that needs a break has none."
    BREAK_UNASKED = "break_unasked", "A truck takes a break that no rule of it asks for."
    BREAK_TWICE = "break_twice", "A truck takes more than one break that is no rest from driving."
    BREAK_DURATION = "break_duration", "A break is shorter or longer than the truck's rule says."
    BREAK_WINDOW = "break_window", "A break starts before its earliest or after its latest time."
    REST_SHORT = "rest_short", "A rest from driving is shorter than the truck's rule says."
    DRIVING_UNRESTED = "driving_unrested", "A truck drives for longer without a rest than it may."

    # hours
    VISIT_WINDOW = "visit_window", "Emptying begins outside the visit's hours."
    SITE_HOURS = "site_hours", "Unloading begins outside the disposal site's hours."
    UNLOAD_LATE = "unload_late", "Unloading of a visit begins after the time by which it must."
    DEPOT_HOURS = "depot_hours", "A truck leaves or comes home outside the depot's hours."
    TRUCK_OFF = "truck_off", "A truck drives on a day of the week on which it has no shift."
    SHIFT_START = "shift_start", "A truck leaves before its shift starts."
    SHIFT_END = "shift_end", "A truck is out later than its shift's end and allowed overtime."

    # who may do what
    TRUCK_FRACTION = "truck_fraction", "A truck has no compartment for a visit's fraction."
    TRUCK_ACCESS = "truck_access", "A truck lacks an ability that a visit asks for."
    TRUCK_PINNED = "truck_pinned", "A visit is on another truck than the one it is pinned to."

    # loads
    LOAD = "load", "A stated load is not what the compartment holds after the step."
    CAPACITY_MASS = "capacity_mass", "A compartment holds more mass than its capacity."
    CAPACITY_VOLUME = "capacity_volume", "A compartment holds more volume than its capacity."
    SITE_REFUSES = "site_refuses", "A site takes the waste of none of the truck's compartments."
    NOT_EMPTY = "not_empty", "A truck comes home with waste on board."

    # daily limits
    LIMIT_STOPS = "limit_stops", "A route has more stops than the truck's daily limit."
    LIMIT_DISTANCE = "limit_distance", "A route is longer than the truck's daily limit."
    LIMIT_DURATION = "limit_duration", "A route takes longer than the truck's daily limit."
    LIMIT_DRIVING = "limit_driving", "A truck drives longer than its daily limit."
    LIMIT_MASS = "limit_mass", "A truck collects more mass in the day than its daily limit."
    LIMIT_VOLUME = "limit_volume", "A truck collects more loose volume than its daily limit."
    RANGE = "range", "A route is longer than the truck's range."

    # sums and money
    ROUTE_TOTAL = "route_total", "A total of a route is not the sum over its steps."
    ROUTE_ENERGY = "route_energy", "A route's energy or CO2e is not that of its legs and work."
    ROUTE_COST = "route_cost", "A cost line of a route is not what the truck's rates give."
    PLAN_TOTAL = "plan_total", "A total of the plan is not the sum over its routes."
    PLAN_COST = "plan_cost", "A cost line of the plan is not what routes, visits and rates give."
    PLAN_SAVING = "plan_saving", "A stated saving is not the counterfactual less what is driven."
