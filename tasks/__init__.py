"""When, where, how often and how many at once; what the work is lies in ``pipeline``."""
