-- The points that clean runs of one profile have of a commit on a machine.
select distinct series.suite, series.benchmark, series.params, series.variant, series.metric
from points
join series using (series_key)
join runs using (run_key)
join commits using (commit_key)
join machines on machines.machine_key = runs.machine_key
where commits.sha = $commit
    and machines.machine_id = $machine
    and runs.profile = $profile
    and not runs.dirty
order by series.suite, series.benchmark, series.params, series.variant, series.metric
