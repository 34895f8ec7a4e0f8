-- Why something is a change is kept as numbers, not as a sentence. What was said before is asked
-- again (no points have an empty hash, and a count of -1 makes the next writer look), since a sentence
-- cannot be taken apart; ids of alarms that were raised stay.

create table detections_with_counts (
    series_id varchar not null,
    rules varchar not null,             -- name and version of the detector
    inputs varchar not null,            -- hash of the points it saw
    points integer not null,            -- how many, absent ones included
    n integer not null,                 -- measured ones
    enough_data boolean not null,
    n_needed integer not null,          -- measured points from which on there is enough data
    n_further integer not null,         -- points within which the minimum detectable change shows
    sigma double,
    rho double,
    minimum_detectable_change double,
    clipped integer[] not null,
    downweighted integer[] not null
);

insert into detections_with_counts
select
    series_id, rules, '', -1, n, enough_data, 0, 0, sigma, rho, minimum_detectable_change, clipped,
    downweighted
from detections
order by series_id, rules;

drop table detections;

alter table detections_with_counts rename to detections;

create table changes_with_evidence (
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
    rule varchar not null,              -- name of the rule: step, drift, suspect
    rule_limit double not null,         -- what the statistic had to reach; 0 without a limit
    rule_points integer not null,       -- points of a ramp, newest points of a suspect
    rule_steps integer not null,        -- steps that a ramp takes the place of
    ignored double[] not null,          -- small moves near a step, taken for noise; relative
    episode varchar not null            -- id it was first raised under
);

insert into changes_with_evidence
select
    series_id, rules, position, previous_position, end_position, commit_sha, kind, status, change,
    low, high, before, after, n_before, n_after, statistic, sigma, rho, split_part(rule, ':', 1),
    0, 0, 0, [], episode
from changes
order by series_id, position, end_position;

drop table changes;

alter table changes_with_evidence rename to changes;
