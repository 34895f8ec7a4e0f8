"""Look at what surrounds a measurement: machine, load, limits, software and its fitness."""
