-- Number of utterances with words and times in each run that is not excluded, newest first.
select
    runs.run_id,
    count(*) as utterances
from items
join runs using (run_key)
join texts using (text_key)
where regexp_full_match(texts.content, $words)
    and {run_not_excluded(runs.run_id)}
group by runs.run_id, runs.position
order by runs.position desc, runs.run_id
