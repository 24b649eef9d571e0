"""Deliveries: each module turns the catalog into a package; none of them writes."""
