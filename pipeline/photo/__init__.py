"""Photos: planned and developed."""
