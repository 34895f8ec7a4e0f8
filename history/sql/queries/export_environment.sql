-- The recorded environment of one run, as JSON.
select environments.environment
from runs
join environments using (environment_key)
where runs.run_id = $run_id
order by runs.run_key
limit 1
