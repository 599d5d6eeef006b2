"""The care of the server's keys: checks, copies for two officers, new months, wrapping anew."""
