-- The order of commits follows the graph of their parents, as far as that is known. Positions are made
-- anew from it whenever something is added (history/store/order.py); until then they follow the clock.

create table lineage (
    sha varchar not null,
    parents varchar[] not null,         -- learned, of a commit that was not measured: nearest ancestors
    learned boolean not null            -- from a repository at hand; what run files say stays
);

insert into lineage
select sha, max(parents), false
from commits
where len(parents) > 0
group by sha
order by sha;

alter table commits add column position integer default 0;
alter table commits add column abandoned boolean default false;
alter table runs add column position integer default 0;
alter table runs add column recorded_at timestamp;

create or replace view trend as
select
    series.series_id,
    series.suite,
    series.benchmark,
    series.params,
    series.variant,
    series.metric,
    series.unit,
    series.direction,
    machines.label as machine,
    commits.sha as commit_sha,
    commits.commit_time,
    runs.run_id,
    points.value,
    points.low,
    points.high,
    points.n,
    points.status,
    points.reason,
    points.q1,
    points.q3,
    points.minimum,
    points.maximum,
    points.aggregate,
    points.qualifier,
    points.fingerprint,
    points.samples_ns,
    points.samples,
    series.kind,
    runs.sequence,
    commits.subject,
    runs.started_at,
    runs.origin,
    runs.project,
    runs.profile,
    runs.dirty,
    runs.position,
    commits.abandoned
from points
join series using (series_key)
join runs using (run_key)
join commits using (commit_key)
join machines on machines.machine_key = series.machine_key
where not exists (
    select 1
    from excluded
    where excluded.run_id = runs.run_id
        and (excluded.series_id = '' or excluded.series_id = series.series_id)
)
order by series.series_id, runs.position;

create or replace view latest as
select trend.*
from trend
qualify row_number() over (
    partition by series_id
    order by abandoned, position desc
) = 1
order by suite, benchmark, params, variant, metric, machine;
