"""Read the surroundings of a measurement: machine, load, limits, software; judge its fitness."""
