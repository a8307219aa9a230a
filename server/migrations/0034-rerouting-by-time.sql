-- Some cases are known beforehand: what was handed over is one when its time at the provider is over. So each has an instant
-- from which on it is looked at.
alter table reroute rename column opened_at to due_at;
drop index reroute_open;
create index reroute_due on reroute (due_at) where state = 'open';
