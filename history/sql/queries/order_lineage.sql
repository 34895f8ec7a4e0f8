-- The parents of every commit of which they are known.
select sha, parents
from lineage
order by sha
