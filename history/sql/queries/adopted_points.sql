-- Points of runs from removed files that differ from those in a loaded file, in either direction.
with held as (
    select
        runs.run_id, series.series_id, series.unit, points.status, points.reason, points.value,
        points.low, points.high, points.n, points.samples_ns, points.samples, points.cpu_ns,
        points.fingerprint
    from points
    join runs using (run_key)
    join series using (series_key)
    where runs.file in (select unnest($gone))
), told as (
    select
        run_id, series_id, unit, status, reason, value, low, high, n, samples_ns, samples, cpu_ns,
        fingerprint
    from incoming_files
    where filename = $path and row = 'point'
        and run_id in (select runs.run_id from runs where runs.file in (select unnest($gone)))
)
(from held except from told)
union all
(from told except from held)
