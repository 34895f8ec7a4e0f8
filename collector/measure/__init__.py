"""How it is measured: clocks, memory, devices and the sampling loop."""
