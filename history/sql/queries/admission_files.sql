-- Faults of each loaded file as a whole.
with runs as (
    select
        filename,
        run_id,
        count(*) filter (row in ('run', 'duet')) as told,
        count(*) filter (row <> 'exclusion') as rows_of_it,
        bool_or(row = 'duet') as is_duet,
        bool_or(row in ('point', 'item')) as has_points,
        bool_or(row = 'duet point') as has_duet_points
    from incoming_files
    where row <> 'exclusion'
    group by filename, run_id
), points as (
    select filename, run_id, series_id, count(*) as times
    from incoming_files
    where row = 'point'
    group by filename, run_id, series_id
    having count(*) > 1
), pages as (
    select
        filename,
        count(distinct run_id)
            + count(distinct (commit_sha, commit_time)) filter (commit_sha is not null)
            + count(distinct machine_id)
            + count(distinct (suite, benchmark, params)) filter (suite is not null) as pages,
        count(*) filter (row = 'exclusion') as exclusions,
        count(*) as rows_of_it
    from incoming_files
    group by filename
), faults as (
    select filename, 1 as rank, 'tells a run ' || told || ' times' as fault
    from runs
    where told <> 1
    union all
    select filename, 2, 'has points of another kind than their run'
    from runs
    where (is_duet and has_points) or (not is_duet and has_duet_points)
    union all
    select filename, 3, 'has ' || times || ' points of one series in one run'
    from points
    union all
    select filename, 4, 'has an exclusion beside other rows'
    from pages
    where exclusions > 0 and rows_of_it > 1
    union all
    select
        filename, 5,
        'holds ' || pages || ' runs, commits, machines and benchmarks, more than'
            || ' history.limits.pages = ' || $pages || ' allows'
    from pages
    where pages > $pages
)
select filename, arg_min(fault, (rank, fault)) as fault
from faults
group by filename
order by filename
