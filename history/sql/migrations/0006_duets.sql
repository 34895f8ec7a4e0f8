-- Duets stand apart, flat: what reads runs and points can never take one for a night.
create table duets (
    run_id varchar not null,
    started_at timestamp not null,      -- UTC
    duration_s double not null,
    project varchar not null,
    origin varchar not null,
    source varchar not null,
    profile varchar not null,
    tool_version varchar not null,
    warnings varchar[] not null,
    environment varchar not null,       -- JSON: group, then field
    head_sha varchar not null,
    head_time timestamp not null,
    head_subject varchar not null,
    head_branch varchar not null,
    head_tag varchar not null,
    dirty boolean not null,             -- whether head was the working tree as it stood
    base_sha varchar not null,
    base_time timestamp not null,
    base_subject varchar not null,
    machine_id varchar not null,
    machine_name varchar not null,
    cpu_model varchar not null,
    cores integer not null,
    memory_gib integer not null,
    gpu varchar not null,
    file varchar not null               -- ledger file it was read from, relative to the ledger
);

create table duet_points (
    run_id varchar not null,
    side varchar not null,              -- base, head
    suite varchar not null,
    benchmark varchar not null,
    params varchar not null,
    variant varchar not null,
    metric varchar not null,
    unit varchar not null,
    direction varchar not null,
    kind varchar not null,
    status varchar not null,
    reason varchar not null,
    value double,
    n integer not null,
    samples double[] not null,          -- in the unit, in order of time
    rounds integer[] not null,
    processes integer[] not null,       -- both sides counted together, in order of their start
    preempted integer[] not null,
    fingerprint varchar not null,
    position integer not null           -- order in which they were measured
);

create view run_ids as
    select run_id, file from runs
    union all
    select run_id, file from duets;

-- An older version that met a file of a duet took it for an empty one; it is read again.
delete from ledger_files
where runs = 0 and file not in (select file from exclusions);
