-- Every environment as JSON.
select environment_key, environment
from environments
order by environment_key
