"""The recogniser held against its targets: first token, real-time factor, peak memory."""
