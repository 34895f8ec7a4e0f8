-- How much the history holds.
select (select count(*) from runs) as runs, (select count(*) from points) as points
order by runs
