-- Stored answers hold by the declared version of the rules, no longer by a hash of the code. An answer
-- of our own detector from before may have come from other code of the same version, so it is judged
-- again once: no points have an empty hash, and a count of -1 makes the next writer look. What was
-- raised stays known.
create table answers (
    series_id varchar not null,
    rules varchar not null,             -- name and version of the detector
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

insert into answers
select
    series_id,
    rules,
    if(source = '', inputs, '') as inputs,
    if(rules = 'steps 8', -1, points) as points,
    n,
    enough_data,
    reason,
    sigma,
    rho,
    minimum_detectable_change,
    clipped,
    downweighted
from detections
order by series_id, rules;

drop table detections;

alter table answers rename to detections;
