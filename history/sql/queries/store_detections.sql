-- Store detections from one JSON text.
insert into detections
select unnest(from_json($rows, '[{
    "series_id": "VARCHAR", "rules": "VARCHAR", "inputs": "VARCHAR", "points": "INTEGER",
    "n": "INTEGER", "enough_data": "BOOLEAN", "n_needed": "INTEGER", "n_further": "INTEGER",
    "sigma": "DOUBLE", "rho": "DOUBLE", "minimum_detectable_change": "DOUBLE",
    "clipped": ["INTEGER"], "downweighted": ["INTEGER"]
}]'), recursive := true)
