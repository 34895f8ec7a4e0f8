-- Utterances of these runs with words and their times.
select
    runs.run_id,
    items.suite,
    items.benchmark,
    items.params,
    items.variant,
    items.item,
    items.facts,
    texts.content
from items
join runs using (run_key)
join texts using (text_key)
where runs.run_id in (select unnest($runs))
    and regexp_full_match(texts.content, $words)
order by runs.run_id, items.suite, items.benchmark, items.params, items.variant, items.item
