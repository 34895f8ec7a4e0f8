-- Store parents that a repository knows, as one JSON text; parents in run files take precedence.
insert into lineage
select sha, parents, true as learned
from (
    select unnest(from_json($rows, '[{"sha": "VARCHAR", "parents": ["VARCHAR"]}]'), recursive := true)
)
where sha not in (select sha from lineage)
