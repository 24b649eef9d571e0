"""The show: what goes on air, when, in which lists. Pure; everything on air reads these nouns and nothing else."""
