-- Facts about known commits that earlier runs lacked: the branch of a detached head, a later tag,
-- parents that a shallow clone hid.
update commits
set
    parents = case when len(commits.parents) = 0 then told.parents else commits.parents end,
    subject = case when commits.subject = '' then told.subject else commits.subject end,
    branch = case when commits.branch = '' then told.branch else commits.branch end,
    tag = case when commits.tag = '' then told.tag else commits.tag end
from (
    select
        commit_sha,
        commit_time,
        max(commit_parents) as parents,
        max(commit_subject) as subject,
        max(commit_branch) as branch,
        max(commit_tag) as tag
    from incoming
    where row = 'run'
    group by commit_sha, commit_time
) as told
where commits.sha = told.commit_sha
    and commits.commit_time = told.commit_time
    and (
        (len(commits.parents) = 0 and len(told.parents) > 0)
        or (commits.subject = '' and told.subject <> '')
        or (commits.branch = '' and told.branch <> '')
        or (commits.tag = '' and told.tag <> '')
    )
