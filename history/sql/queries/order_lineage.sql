-- The parents of every commit of which they are known, with spaces between.
select sha, array_to_string(parents, ' ') as parents
from lineage
order by sha
