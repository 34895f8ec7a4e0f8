-- Every run with its ledger file and its number of points in the database, including duets.
select runs.run_id, runs.file, count(points.run_key) as points
from runs
left join points using (run_key)
group by runs.run_id, runs.file
union all
select duets.run_id, duets.file, count(duet_points.run_id) as points
from duets
left join duet_points using (run_id)
group by duets.run_id, duets.file
order by run_id
