"""Which trucks may go where: access, fractions, and sites that have something to take."""

from optimiser.solvers.ortools_engine.routing import Routing


def add_compatibility(routing: Routing) -> None:
    """Restrict stops to the trucks that can take them, sites to those that they can empty; and
    lock what each truck does first.
    """
    model = routing.nodes.model
    everyone = tuple(range(len(model.trucks)))
    for number, node in enumerate(routing.nodes.all):
        if node.kind == "stop":
            able = model.stops[node.position].trucks
        elif node.kind == "site":
            site = model.sites[node.position]
            able = tuple(t for t in everyone if any(map(site.empties, model.trucks[t].holds)))
        else:
            continue
        if able != everyone:
            # SetAllowedVehiclesForIndex takes no Python list in the 9.15 wheel; -1 = not visited
            routing.model.VehicleVar(routing.index(number)).SetValues([-1, *able])
    for truck in routing.trucks:
        at = routing.model.Start(truck)
        for number in routing.nodes.first[truck]:
            routing.model.NextVar(at).SetValue(routing.index(number))
            at = routing.index(number)
