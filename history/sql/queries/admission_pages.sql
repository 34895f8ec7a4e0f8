-- Loaded files with too many things that have a page on the website.
select
    filename,
    'holds ' || pages || ' runs, commits, machines and benchmarks, more than'
        || ' history.limits.pages = ' || $pages || ' allows' as fault
from (
    select
        filename,
        count(distinct run_id)
            + count(distinct (commit_sha, commit_time)) filter (commit_sha is not null)
            + count(distinct machine_id)
            + count(distinct (suite, benchmark, params)) filter (suite is not null) as pages
    from incoming_files
    group by filename
)
where pages > $pages
order by filename
