-- The incoming runs and duets with their facts about commits.
select
    row,
    commit_sha,
    commit_time,
    started_at,
    commit_sequence,
    commit_branch,
    commit_tag,
    commit_parents,
    commit_lineage
from incoming
where row in ('run', 'duet')
order by started_at, run_id
