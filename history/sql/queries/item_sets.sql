-- The utterances or files of each benchmark in some runs, each with its identity: its text if that
-- is the input, else its audio length and reference.
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
