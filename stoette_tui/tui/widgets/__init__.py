"""Widgets that know nothing about what they show."""
