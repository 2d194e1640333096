"""The made-up world: deposits, sensors and their faults, traffic; drawn before any policy acts."""
