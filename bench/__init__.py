"""Measurements: claims about speed are made and checked here, never in a timed test."""
