-- Store the changes between two versions of the rules, from one JSON text.
insert into rule_upgrades
select unnest(from_json($rows, '[{
    "old_rules": "VARCHAR", "new_rules": "VARCHAR", "series_id": "VARCHAR",
    "commit_sha": "VARCHAR", "change": "DOUBLE", "effect": "VARCHAR"
}]'), recursive := true)
