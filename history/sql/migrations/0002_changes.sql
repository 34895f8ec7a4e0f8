-- What the detector said about each series, so that judging costs only what is new. Everything here
-- follows from the points; a database without it is judged again with the same result.

create table detections (
    series_id varchar not null,
    rules varchar not null,             -- name and version of the detector
    source varchar not null,            -- hash of its code: a forgotten version never serves old answers
    inputs varchar not null,            -- hash of the points it saw
    points integer not null,            -- how many, absent ones included
    n integer not null,                 -- measured ones
    enough_data boolean not null,
    reason varchar not null,
    sigma double,
    rho double,
    minimum_detectable_change double,
    clipped integer[] not null,
    downweighted integer[] not null
);

create table changes (
    series_id varchar not null,
    rules varchar not null,
    position integer not null,          -- first point of the new level, from 0, absences included
    previous_position integer not null,
    end_position integer not null,
    commit_sha varchar not null,
    kind varchar not null,              -- step, drift
    status varchar not null,            -- suspect, confirmed
    change double not null,
    low double not null,
    high double not null,
    before double not null,
    after double not null,
    n_before integer not null,
    n_after integer not null,
    statistic double not null,
    sigma double not null,
    rho double not null,
    rule varchar not null,
    episode varchar not null            -- id it was first raised under
);

create table rule_upgrades (
    old_rules varchar not null,
    new_rules varchar not null,
    series_id varchar not null,
    commit_sha varchar not null,
    change double not null,
    effect varchar not null             -- came, went
);
