"""Push run files to a shared record and pull them from it, without losing any."""
