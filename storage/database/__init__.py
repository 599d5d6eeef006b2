"""The engine of either database, and the SQL that both speak."""
