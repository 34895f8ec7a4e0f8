"""What many collectors over many nights cost to keep, ask and judge."""
