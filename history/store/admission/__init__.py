"""What a run file must be, held against each file alone before anything of it counts."""
