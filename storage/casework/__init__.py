"""What staff see of cases and do with them; who may see one is decided in queues."""
