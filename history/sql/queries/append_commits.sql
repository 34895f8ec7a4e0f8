-- Commits of the incoming rows that are not known yet, oldest first. A commit is its hash and its
-- time, since imported histories may use one short name for two commits.
insert into commits
with fresh as (
    select
        commit_sha,
        commit_time,
        max(commit_parents) as parents,
        max(commit_subject) as subject,
        max(commit_branch) as branch,
        max(commit_tag) as tag
    from incoming
    where row = 'run' and (commit_sha, commit_time) not in (select (sha, commit_time) from commits)
    group by commit_sha, commit_time
)
select
    row_number() over (order by commit_time, commit_sha)
        + (select coalesce(max(commit_key), 0) from commits) as commit_key,
    commit_sha,
    commit_time,
    parents,
    subject,
    branch,
    tag,
    0 as position,
    false as abandoned
from fresh
order by commit_key
