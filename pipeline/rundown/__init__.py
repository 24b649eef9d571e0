"""The run-down: the show for people and calendars, as pages, tables, calendar, guide and chapters. Pure."""
