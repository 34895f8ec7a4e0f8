-- Points of duets from removed files that differ from those in a loaded file, in either direction.
with held as (
    select run_id, position, side, metric, unit, status, value, n
    from duet_points
    where run_id in (select duets.run_id from duets where duets.file in (select unnest($gone)))
), told as (
    select run_id, position, side, metric, unit, status, value, n
    from incoming_files
    where filename = $path and row = 'duet point'
        and run_id in (select duets.run_id from duets where duets.file in (select unnest($gone)))
)
(from held except from told)
union all
(from told except from held)
