"""Backups, restoring them, and the drill that proves it."""
