"""Sends a list of the show to streaming servers, by stream copy and by the wall clock."""
