-- Write parents that a repository told, as one JSON text; what run files say of a commit holds.
insert into lineage
select sha, parents, true as learned
from (
    select unnest(from_json($rows, '[{"sha": "VARCHAR", "parents": ["VARCHAR"]}]'), recursive := true)
)
where sha not in (select sha from lineage)
