-- Faults of each loaded file as a whole.
with runs as (
    select
        filename,
        run_id,
        count(*) filter (row in ('run', 'duet')) as told,
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
)
select filename, arg_min(fault, (rank, fault)) as fault
from faults
group by filename
order by filename
