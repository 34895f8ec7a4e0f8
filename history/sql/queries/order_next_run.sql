-- Append the newest run after all others.
update runs
set position = (select max(position) + 1 from runs)
where run_key = (select max(run_key) from runs)
