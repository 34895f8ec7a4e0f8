-- Which of some hashes have known parents, and which are parents of a known commit.
select 'child' as role, sha
from lineage
where sha in (select unnest($shas))
union
select 'parent' as role, parent
from (select unnest(parents) as parent from lineage)
where parent in (select unnest($shas))
order by role, sha
