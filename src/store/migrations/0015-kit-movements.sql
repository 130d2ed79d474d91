-- Of a component: the kit that it was promised or sent as a part of. A channel has booked the kit, and nothing of its components.
alter table movement add column kit text;
