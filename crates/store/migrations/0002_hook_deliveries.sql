-- Webhook deliveries that are still to be made: written in the transaction of the change they tell of.
create table hook_deliveries (
    tenant_id text not null,
    id text not null,
    hook_id text not null,
    event text not null,
    -- Order of the deliveries of one webhook.
    sequence bigint not null,
    -- The exact bytes to send and sign.
    body text not null,
    attempts bigint not null default 0,
    -- When it is due; while it is being delivered, when to give up on whoever took it.
    due_at bigint not null,
    created_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
create index hook_deliveries__hook_id_sequence on hook_deliveries (tenant_id, hook_id, sequence, id);
