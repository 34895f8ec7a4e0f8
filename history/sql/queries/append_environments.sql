-- Environments of the incoming rows that are not known yet.
insert into environments
select
    row_number() over (order by environment)
        + (select coalesce(max(environment_key), 0) from environments) as environment_key,
    environment
from (
    select distinct environment
    from incoming
    where row = 'run' and environment not in (select environment from environments)
)
order by environment_key
