-- Runs in the history from removed files that a loaded file does not hold.
select run_id, started_at, commit_sha
from (
    select runs.run_id, runs.started_at, commits.sha as commit_sha
    from runs
    join commits using (commit_key)
    where runs.file in (select unnest($gone))
    union all
    select run_id, started_at, head_sha
    from duets
    where file in (select unnest($gone))
) as held
except
select run_id, started_at, commit_sha
from incoming_files
where filename = $path and row in ('run', 'duet')
