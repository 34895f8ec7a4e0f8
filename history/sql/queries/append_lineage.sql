-- Parents of commits from the incoming runs and duets that were not known yet. Runs of earlier
-- versions have only those of their own commit.
insert into lineage
with told as (
    select unnest(commit_lineage) as line
    from incoming
    where row in ('run', 'duet')
    union all
    select concat_ws(' ', commit_sha, array_to_string(commit_parents, ' ')) as line
    from incoming
    where row = 'run' and commit_lineage is null and len(commit_parents) > 0
), split as (
    select string_split(line, ' ') as words
    from told
)
select
    words[1] as sha,
    max(words[2:]) as parents,
    false as learned
from split
where words[1] not in (select sha from lineage)
group by words[1]
order by sha
