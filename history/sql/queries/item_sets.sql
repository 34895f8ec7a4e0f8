-- Which utterances or files each benchmark was measured on in some runs, and what each of them is:
-- its text where that is what the work was given, else the audio with what is said in it.
select
    runs.run_id,
    items.suite,
    items.benchmark,
    items.params,
    items.variant,
    items.item,
    coalesce(
        items.facts ->> '$.text',
        concat_ws('|', items.facts ->> '$.duration_s', items.facts ->> '$.reference')
    ) as identity
from items
join runs using (run_key)
where list_contains($runs, runs.run_id)
order by all
