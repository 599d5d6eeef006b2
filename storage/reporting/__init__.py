"""What is remembered of a reporter, and for how long: pseudonyms, turns, talks, discretion, traces."""
