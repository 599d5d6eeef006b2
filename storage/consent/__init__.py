"""What a reporter lets others receive: asked, recorded, shared, taken back."""
