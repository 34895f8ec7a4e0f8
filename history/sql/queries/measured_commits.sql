-- Those of some commits that have a run.
select sha
from commits
where sha in (select unnest($shas))
order by sha
limit 1
