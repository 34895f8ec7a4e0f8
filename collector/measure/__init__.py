"""Measuring: clocks, memory, devices and the sampling loop."""
