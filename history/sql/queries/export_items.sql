-- Items of the newest run that holds any of this suite, in order of variant and item.
select
    items.suite,
    items.benchmark,
    items.params,
    items.variant,
    items.item,
    items.facts,
    items.item_values,
    items.item_samples,
    items.fingerprint,
    coalesce(texts.content, '') as content,
    runs.run_id,
    runs.started_at,
    commits.sha as commit_sha
from items
join runs using (run_key)
join commits using (commit_key)
left join texts using (text_key)
where items.suite = $suite
    and runs.run_key = (
        select newest.run_key
        from runs as newest
        where exists (
            select 1
            from items as inside
            where inside.run_key = newest.run_key and inside.suite = $suite
        )
        order by newest.started_at desc, newest.run_id desc
        limit 1
    )
order by items.benchmark, items.params, items.variant, items.item
