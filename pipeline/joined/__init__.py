"""One continuous video of a whole list, by stream copy, for whoever can play one file and nothing else."""
