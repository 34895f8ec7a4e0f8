-- How many utterances with words and their times each run holds that counts, the newest first.
select
    runs.run_id,
    count(*) as utterances
from items
join runs using (run_key)
join texts using (text_key)
where regexp_full_match(texts.content, $words)
    and not exists (
        select 1
        from excluded
        where excluded.run_id = runs.run_id and excluded.series_id = ''
    )
group by runs.run_id, runs.position
order by runs.position desc, runs.run_id
