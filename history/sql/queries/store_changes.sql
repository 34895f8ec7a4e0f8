-- Store changes from one JSON text.
insert into changes
select unnest(from_json($rows, '[{
    "series_id": "VARCHAR", "rules": "VARCHAR", "position": "INTEGER",
    "previous_position": "INTEGER", "end_position": "INTEGER", "commit_sha": "VARCHAR",
    "kind": "VARCHAR", "status": "VARCHAR", "change": "DOUBLE", "low": "DOUBLE", "high": "DOUBLE",
    "before": "DOUBLE", "after": "DOUBLE", "n_before": "INTEGER", "n_after": "INTEGER",
    "statistic": "DOUBLE", "sigma": "DOUBLE", "rho": "DOUBLE", "rule": "VARCHAR",
    "rule_limit": "DOUBLE", "rule_points": "INTEGER", "rule_steps": "INTEGER", "ignored": ["DOUBLE"],
    "episode": "VARCHAR"
}]'), recursive := true)
