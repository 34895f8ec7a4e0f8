-- The page of the CI run that a run was a part of; empty where nobody said one.
alter table runs add column ci_url varchar default '';
alter table duets add column ci_url varchar default '';
