"""Does soundmark measure a GPU rightly? To be run where there is one."""
