"""What a file is: its facts, its identity, and whose it is."""
