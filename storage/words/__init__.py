"""What was said and sent, sealed: parts, cards, files, the hours of a sealed desk, examples."""
