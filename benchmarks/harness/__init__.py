"""The collector measured: its own cost, planted truths, and other tools on the same work."""
