-- Points of the incoming runs, sorted by series so that a trend is read in one sweep.
insert into points
select
    series.series_key,
    runs.run_key,
    incoming.status,
    incoming.reason,
    incoming.value,
    incoming.low,
    incoming.high,
    incoming.n,
    coalesce(incoming.aggregate, ''),
    coalesce(incoming.interval_method, ''),
    incoming.q1,
    incoming.q3,
    incoming.minimum,
    incoming.maximum,
    incoming.samples_ns,
    incoming.samples,
    incoming.cpu_ns,
    incoming.preempted,
    incoming.rounds,
    coalesce(incoming.warnings, []),
    incoming.qualifier,
    incoming.fingerprint,
    incoming.processes
from incoming
join series using (series_id)
join runs using (run_id)
where incoming.row = 'point'
order by series.series_key, runs.run_key
