-- Every run, including duets.
select run_id from run_ids order by run_id
