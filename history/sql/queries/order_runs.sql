-- Sort runs by their commits; at one commit by start, imports by time of import.
update runs
set position = placed.position
from (
    select
        runs.run_key,
        row_number() over (
            order by
                commits.position, runs.started_at, runs.recorded_at nulls first, runs.sequence,
                runs.run_id
        ) - 1 as position
    from runs
    join commits using (commit_key)
) as placed
where runs.run_key = placed.run_key and runs.position is distinct from placed.position
