"""Classic sets in VRPLIB format: CVRP, several trips with release times, prizes with windows."""
