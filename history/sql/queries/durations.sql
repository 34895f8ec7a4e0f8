-- Duration of each benchmark in the newest runs of a profile, without those of one commit.
select
    environments.environment -> '$.durations' as durations
from runs
join environments using (environment_key)
join commits using (commit_key)
where runs.profile = $profile
    and commits.sha <> $commit
    and json_exists(environments.environment, '$.durations')
order by runs.started_at desc, runs.run_id
limit $runs
