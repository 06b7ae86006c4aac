-- Lists of a million rows: how many there are is kept instead of counted, and users are found by any part of what
-- names them through an index of trigrams. PostgreSQL's index needs an extension; `search_index.rs` makes it.

-- How many users a tenant has (`users`), and hold a role (`role:<id>`) or are members of an organization
-- (`organization:<id>`). The number of a subject is the sum of its rows: on PostgreSQL a change only adds a row, so
-- that no two transactions wait for each other, and the sweeping job adds up; SQLite has one writer and one row.
create table row_counts (
    tenant_id text not null,
    subject text not null,
    number bigint not null
);

-- only PostgreSQL
create index row_counts__subject on row_counts (tenant_id, subject, number);

create function count_users() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into row_counts select tenant_id, 'users', count(*) from changed group by tenant_id;
    else
        insert into row_counts select tenant_id, 'users', -count(*) from changed group by tenant_id;
    end if;
    return null;
end $$;
create trigger users__count_added after insert on users
    referencing new table as changed for each statement execute function count_users();
create trigger users__count_removed after delete on users
    referencing old table as changed for each statement execute function count_users();

create function count_role_holders() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into row_counts select tenant_id, 'role:' || role_id, count(*) from changed group by tenant_id, role_id;
    else
        insert into row_counts select tenant_id, 'role:' || role_id, -count(*) from changed group by tenant_id, role_id;
    end if;
    return null;
end $$;
create trigger users_roles__count_added after insert on users_roles
    referencing new table as changed for each statement execute function count_role_holders();
create trigger users_roles__count_removed after delete on users_roles
    referencing old table as changed for each statement execute function count_role_holders();

create function count_members() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into row_counts select tenant_id, 'organization:' || organization_id, count(*)
            from changed group by tenant_id, organization_id;
    else
        insert into row_counts select tenant_id, 'organization:' || organization_id, -count(*)
            from changed group by tenant_id, organization_id;
    end if;
    return null;
end $$;
create trigger organization_user_relations__count_added after insert on organization_user_relations
    referencing new table as changed for each statement execute function count_members();
create trigger organization_user_relations__count_removed after delete on organization_user_relations
    referencing old table as changed for each statement execute function count_members();

-- only SQLite
create unique index row_counts__subject on row_counts (tenant_id, subject);

create trigger users__count_added after insert on users begin
    insert into row_counts values (new.tenant_id, 'users', 1)
        on conflict (tenant_id, subject) do update set number = number + 1;
end;
create trigger users__count_removed after delete on users begin
    update row_counts set number = number - 1 where tenant_id = old.tenant_id and subject = 'users';
end;
create trigger users_roles__count_added after insert on users_roles begin
    insert into row_counts values (new.tenant_id, 'role:' || new.role_id, 1)
        on conflict (tenant_id, subject) do update set number = number + 1;
end;
create trigger users_roles__count_removed after delete on users_roles begin
    update row_counts set number = number - 1 where tenant_id = old.tenant_id and subject = 'role:' || old.role_id;
end;
create trigger organization_user_relations__count_added after insert on organization_user_relations begin
    insert into row_counts values (new.tenant_id, 'organization:' || new.organization_id, 1)
        on conflict (tenant_id, subject) do update set number = number + 1;
end;
create trigger organization_user_relations__count_removed after delete on organization_user_relations begin
    update row_counts set number = number - 1
        where tenant_id = old.tenant_id and subject = 'organization:' || old.organization_id;
end;

-- Row ids of the index must outlive `vacuum`, which those of `users` do not.
create table user_search_rows (
    number integer primary key,
    tenant_id text not null,
    user_id text not null,
    unique (tenant_id, user_id)
);
create virtual table user_search using fts5(names, tokenize = 'trigram', content = '', contentless_delete = 1);

create trigger users__search_added after insert on users begin
    insert into user_search_rows (tenant_id, user_id) values (new.tenant_id, new.id);
    insert into user_search (rowid, names)
        select number, concat_ws(char(10), new.id, new.username, new.primary_email, new.primary_phone, new.name_folded)
        from user_search_rows where tenant_id = new.tenant_id and user_id = new.id;
end;
create trigger users__search_changed after update on users
    when new.username is not old.username or new.primary_email is not old.primary_email
        or new.primary_phone is not old.primary_phone or new.name_folded is not old.name_folded
begin
    delete from user_search where rowid =
        (select number from user_search_rows where tenant_id = new.tenant_id and user_id = new.id);
    insert into user_search (rowid, names)
        select number, concat_ws(char(10), new.id, new.username, new.primary_email, new.primary_phone, new.name_folded)
        from user_search_rows where tenant_id = new.tenant_id and user_id = new.id;
end;
create trigger users__search_removed after delete on users begin
    delete from user_search where rowid =
        (select number from user_search_rows where tenant_id = old.tenant_id and user_id = old.id);
    delete from user_search_rows where tenant_id = old.tenant_id and user_id = old.id;
end;

insert into user_search_rows (tenant_id, user_id) select tenant_id, id from users;
insert into user_search (rowid, names)
    select r.number, concat_ws(char(10), u.id, u.username, u.primary_email, u.primary_phone, u.name_folded)
    from user_search_rows r join users u on u.tenant_id = r.tenant_id and u.id = r.user_id;

-- both
insert into row_counts select tenant_id, 'users', count(*) from users group by tenant_id;
insert into row_counts select tenant_id, 'role:' || role_id, count(*) from users_roles group by tenant_id, role_id;
insert into row_counts select tenant_id, 'organization:' || organization_id, count(*)
    from organization_user_relations group by tenant_id, organization_id;
