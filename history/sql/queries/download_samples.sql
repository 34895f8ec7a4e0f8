-- Samples of every point of commits of some years that has any, in the order taken: times in whole
-- nanoseconds, all else in the unit of the row. Those of a series lie together.
select
    series_id, suite, benchmark, params, variant, metric, unit, machine,
    commit_sha, commit_time, run_id, samples_ns, samples
from trend
where year(commit_time) between $first and $last
    and len(coalesce(samples_ns, samples, [])) > 0
order by series_id, position
