-- Samples of one point may come from several processes, one after the other.
alter table points add column processes integer[];
