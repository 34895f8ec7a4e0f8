-- The queryable form of the ledger. Small dimension tables carry integer keys (an ENUM cannot grow);
-- big tables have no REFERENCES and no indexes, because DuckDB refuses later column changes on them.

create table commits (
    commit_key integer not null,
    sha varchar not null,               -- with its time: imported histories reuse short names
    commit_time timestamp not null,     -- UTC
    parents varchar[] not null,
    subject varchar not null,
    branch varchar not null,
    tag varchar not null
);

create table machines (
    machine_key integer not null,
    machine_id varchar not null,        -- eight hex digits over all fields below
    label varchar not null,             -- unique: the name, with the id when two machines share it
    name varchar not null,
    cpu_model varchar not null,
    cores integer not null,
    memory_gib integer not null,
    gpu varchar not null,
    gpu_driver varchar not null
);

create table environments (
    environment_key integer not null,
    environment varchar not null        -- JSON: group, then field
);

create table runs (
    run_key integer not null,
    run_id varchar not null,
    commit_key integer not null,
    machine_key integer not null,
    environment_key integer not null,
    sequence bigint not null,           -- order among runs of equal commit time
    started_at timestamp not null,      -- UTC
    duration_s double not null,
    project varchar not null,
    origin varchar not null,            -- measured, imported, simulated
    source varchar not null,
    profile varchar not null,
    tool_version varchar not null,
    dirty boolean not null,
    warnings varchar[] not null,
    file varchar not null               -- ledger file it was read from, relative to the ledger
);

create table series (
    series_key integer not null,
    series_id varchar not null,         -- sixteen hex digits: the identity of a trend
    suite varchar not null,
    benchmark varchar not null,
    params varchar not null,            -- a=1;b=2
    variant varchar not null,
    metric varchar not null,
    unit varchar not null,
    direction varchar not null,         -- lower, higher, none
    kind varchar not null,
    machine_key integer not null
);

create table points (
    series_key integer not null,
    run_key integer not null,
    status varchar not null,            -- measured, skipped, failed, invalid
    reason varchar not null,
    value double,
    low double,
    high double,
    n integer not null,
    aggregate varchar not null,
    interval_method varchar not null,
    q1 double,
    q3 double,
    minimum double,
    maximum double,
    samples_ns bigint[],                -- times: whole nanoseconds
    samples double[],                   -- everything else, in base units
    cpu_ns bigint[],
    preempted integer[],
    rounds integer[],
    warnings varchar[] not null,
    qualifier varchar not null,
    fingerprint varchar not null
);

create table texts (
    text_key integer not null,
    sha256 varchar not null,
    content varchar not null
);

create table items (
    run_key integer not null,
    suite varchar not null,
    benchmark varchar not null,
    params varchar not null,
    variant varchar not null,
    item varchar not null,
    facts varchar not null,             -- JSON object
    item_values varchar not null,       -- JSON object: metric to aggregate
    item_samples varchar not null,      -- JSON object: metric to list of repeats
    fingerprint varchar not null,
    text_key integer                    -- null when the item has no text
);

create table exclusions (
    run_id varchar not null,
    series_id varchar not null,         -- empty: the whole run
    reason varchar not null,            -- empty takes it in again
    made_at timestamp not null,
    file varchar not null
);

create table ledger_files (
    file varchar not null,              -- relative to the ledger
    bytes bigint not null,
    runs integer not null
);

-- The correction that holds: the newest of each run and series, unless it takes the run in again.
create view excluded as
select run_id, series_id, reason, made_at
from exclusions
qualify row_number() over (partition by run_id, series_id order by made_at desc, file desc) = 1
    and reason <> ''
order by run_id, series_id;

create view trend as
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
    runs.dirty
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
order by series.series_id, commits.commit_time, runs.sequence, runs.started_at, runs.run_id;

create view latest as
select trend.*
from trend
qualify row_number() over (
    partition by series_id
    order by commit_time desc, sequence desc, started_at desc, run_id desc
) = 1
order by suite, benchmark, params, variant, metric, machine;
