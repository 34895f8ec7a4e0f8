-- Items of the incoming runs.
insert into items
select
    runs.run_key,
    incoming.suite,
    incoming.benchmark,
    incoming.params,
    incoming.variant,
    incoming.item,
    incoming.facts,
    incoming.item_values,
    incoming.item_samples,
    incoming.fingerprint,
    texts.text_key
from incoming
join runs using (run_id)
left join texts on texts.sha256 = sha256(incoming.content)
where incoming.row = 'item'
order by runs.run_key, incoming.suite, incoming.benchmark, incoming.params, incoming.variant,
    incoming.item
