-- Store positions of commits from one JSON text.
update commits
set position = placed.position, abandoned = placed.abandoned
from (
    select unnest(from_json($rows, '[{
        "commit_key": "INTEGER", "position": "INTEGER", "abandoned": "BOOLEAN"
    }]'), recursive := true)
) as placed
where commits.commit_key = placed.commit_key
