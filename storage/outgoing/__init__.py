"""What goes to reporters: the outbox, its parcels, pace, delivery and receipts."""
