-- One of some commits that has a run, if any has.
select sha
from commits
where sha in (select unnest($shas))
order by sha
limit 1
