-- Counts of the history, including duets.
select
    (select count(*) from runs) + (select count(*) from duets) as runs,
    (select count(*) from points) + (select count(*) from duet_points) as points
order by runs
