"""Starts everything that one copy of the application needs on a machine, and ends it again."""
