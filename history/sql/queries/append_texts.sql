-- Texts of the incoming items that are not known yet; equal texts are kept once.
insert into texts
select
    row_number() over (order by sha256)
        + (select coalesce(max(text_key), 0) from texts) as text_key,
    sha256,
    content
from (
    select sha256(content) as sha256, any_value(content) as content
    from incoming
    where row = 'item' and content is not null
        and sha256(content) not in (select sha256 from texts)
    group by sha256(content)
)
order by text_key
