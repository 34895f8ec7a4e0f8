-- Commits of the incoming rows that are not known yet, oldest first.
insert into commits
with fresh as (
    select
        commit_sha,
        any_value(commit_time) as commit_time,
        max(commit_sequence) as sequence,
        any_value(commit_parents) as parents,
        any_value(commit_subject) as subject,
        any_value(commit_branch) as branch,
        max(commit_tag) as tag
    from incoming
    where row = 'run' and commit_sha not in (select sha from commits)
    group by commit_sha
)
select
    row_number() over (order by commit_time, sequence, commit_sha)
        + (select coalesce(max(commit_key), 0) from commits) as commit_key,
    commit_sha,
    commit_time,
    sequence,
    parents,
    subject,
    branch,
    tag
from fresh
order by commit_key
