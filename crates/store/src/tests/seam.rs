//! The seam itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::home;
use crate::applications::{self, ApplicationFilter};
use crate::db::{Executor, Json, Registered, Statement};
use crate::filter::Reading;
use crate::organizations::{self, OrganizationFilter};
use crate::roles::{self, RoleFilter};
use crate::testing::TestDb;
use crate::testing::fill::{self, Size};
use crate::users::{self, UserFilter};
use crate::{Arg, Db, Kind, Search, StoreError, args, both_databases};

async fn scratch(db: &TestDb) {
    db.write(|tx| {
        Box::pin(async move {
            tx.batch(
                "create table parents (tenant_id text not null, id text not null, primary key (tenant_id, id));
                 create table things (
                     tenant_id text not null, id text not null, name text, number bigint, flag boolean,
                     ratio double precision, document json_text, bytes bytea, parent_id text,
                     primary key (tenant_id, id), unique (tenant_id, name),
                     constraint things__number check (number < 1000),
                     foreign key (tenant_id, parent_id) references parents (tenant_id, id) on delete cascade
                 );
                 create unique index things__host on things (tenant_id, (document ->> 'host'));",
            )
            .await
        })
    })
    .await
    .unwrap();
}

static INSERT: Statement = Statement::new(
    "insert into things (tenant_id, id, name, number, flag, ratio, document, bytes)
     values ($1, $2, $3, $4, $5, $6, $7, $8)",
);
static NAMED: Statement = Statement::new("insert into things (tenant_id, id, name) values ('t', $1, $2)");
static COUNT: Statement = Statement::new("select count(*) as count from things");

async fn count(db: &dyn Executor) -> i64 {
    db.query_one(&COUNT, args![]).await.unwrap().get("count").unwrap()
}

both_databases! {
    async fn every_type_survives(db: &TestDb) {
        scratch(db).await;
        let text = "ünï©ødé 🦀 %_\\' \u{7f}";
        let document = json!({"b": [1, null, "x"], "a": {"ü": "\u{1F600}"}});
        db.execute(&INSERT, args!["t", "1", text, i64::MAX - 5_000, true, 0.5, &document, vec![0_u8, 255, 1]])
            .await
            .unwrap_err();
        db.execute(&INSERT, args!["t", "1", text, -5, true, 0.5, &document, vec![0_u8, 255, 1]]).await.unwrap();
        db.execute(
            &INSERT,
            args!["t", "2", Arg::Null, Option::<i64>::None, Option::<bool>::None, Arg::Null, Arg::Null, Arg::Null],
        )
        .await
        .unwrap();
        static SELECT: Statement =
            Statement::new("select id, name, number, flag, ratio, document, bytes from things order by id");
        let rows = db.query(&SELECT, args![]).await.unwrap();
        assert_eq!(rows[0].get::<String>("name").unwrap(), text);
        assert_eq!(rows[0].get::<i64>("number").unwrap(), -5);
        assert!(rows[0].get::<bool>("flag").unwrap());
        assert!((rows[0].get::<f64>("ratio").unwrap() - 0.5).abs() < f64::EPSILON);
        assert_eq!(rows[0].get::<serde_json::Value>("document").unwrap(), document);
        assert_eq!(rows[0].get::<Vec<u8>>("bytes").unwrap(), [0, 255, 1]);
        assert_eq!(rows[1].get::<Option<String>>("name").unwrap(), None);
        assert_eq!(rows[1].get::<Option<i64>>("number").unwrap(), None);
        assert_eq!(rows[1].get::<Option<bool>>("flag").unwrap(), None);
        assert!(rows[1].get::<Option<Json<Vec<String>>>>("document").unwrap().is_none());
        assert!(matches!(rows[1].get::<String>("name"), Err(StoreError::Decode { .. })));
        assert!(matches!(rows[1].get::<String>("missing"), Err(StoreError::Decode { .. })));
    }

    async fn arguments_are_counted_and_nul_is_refused(db: &TestDb) {
        scratch(db).await;
        assert!(matches!(db.execute(&NAMED, args!["1"]).await, Err(StoreError::Argument(_))));
        assert!(matches!(db.execute(&NAMED, args!["1", "a\0b"]).await, Err(StoreError::NulCharacter)));
        let with_nul = json!({"a": "x\0"});
        let refused = db.execute(&INSERT, args!["t", "1", "n", 1, true, 0.5, &with_nul, Arg::Null]).await;
        assert!(matches!(refused, Err(StoreError::NulCharacter)));
        assert_eq!(count(&**db).await, 0);
    }

    async fn violations_read_the_same(db: &TestDb) {
        scratch(db).await;
        db.execute(&NAMED, args!["1", "a"]).await.unwrap();
        let violation = |error: StoreError| match error {
            StoreError::UniqueViolation { table, columns } => (table, columns.join(",")),
            other => panic!("{other:?}"),
        };
        let error = db.execute(&NAMED, args!["1", "b"]).await.unwrap_err();
        assert_eq!(violation(error), ("things".into(), "tenant_id,id".into()));
        let error = db.execute(&NAMED, args!["2", "a"]).await.unwrap_err();
        assert_eq!(violation(error), ("things".into(), "tenant_id,name".into()));
        let host = json!({"host": "x.example"});
        db.execute(&INSERT, args!["t", "h1", Arg::Null, 1, true, 0.5, &host, Arg::Null]).await.unwrap();
        let error = db.execute(&INSERT, args!["t", "h2", Arg::Null, 1, true, 0.5, &host, Arg::Null]).await.unwrap_err();
        assert_eq!(violation(error), ("things".into(), "host".into()));
        let error = db.execute(&INSERT, args!["t", "c", Arg::Null, 1000, true, 0.5, Arg::Null, Arg::Null]).await;
        assert!(matches!(error, Err(StoreError::CheckViolation { constraint }) if constraint == "things__number"));
        static ORPHAN: Statement = Statement::new("insert into things (tenant_id, id, parent_id) values ('t', 'o', 'none')");
        assert!(matches!(db.execute(&ORPHAN, args![]).await, Err(StoreError::ForeignKeyViolation)));
        static NAMELESS: Statement = Statement::new("insert into things (id) values ('o')");
        let error = db.execute(&NAMELESS, args![]).await;
        assert!(matches!(error, Err(StoreError::NotNullViolation { table, column }) if table == "things" && column == "tenant_id"));
    }

    async fn a_failed_transaction_leaves_nothing(db: &TestDb) {
        scratch(db).await;
        let result = db.write(|tx| Box::pin(async move {
            tx.execute(&NAMED, args!["1", "a"]).await?;
            Err::<(), _>(StoreError::NotFound)
        })).await;
        assert!(matches!(result, Err(StoreError::NotFound)));
        // A statement's error aborts the transaction even when the job swallows it.
        let result = db.write(|tx| Box::pin(async move {
            tx.execute(&NAMED, args!["1", "a"]).await?;
            tx.execute(&NAMED, args!["1", "a"]).await.unwrap_err();
            assert!(matches!(tx.query(&COUNT, args![]).await, Err(StoreError::Aborted)));
            Ok::<_, StoreError>(())
        })).await;
        assert!(matches!(result, Err(StoreError::Aborted)));
        assert_eq!(count(&**db).await, 0);
    }

    async fn a_panicking_job_undoes_only_itself(db: &TestDb) {
        scratch(db).await;
        let jobs = (0..40).map(|index| {
            let db = Db::clone(db);
            tokio::spawn(async move {
                db.write(move |tx| Box::pin(async move {
                    tx.execute(&NAMED, args![index.to_string(), format!("name {index}")]).await?;
                    assert!(index % 4 != 0, "as planned");
                    if index % 4 == 1 { Err(StoreError::NotFound) } else { Ok(()) }
                })).await
            })
        });
        let mut outcomes = (0, 0, 0);
        for job in jobs.collect::<Vec<_>>() {
            match job.await {
                Ok(Ok(())) => outcomes.0 += 1,
                Ok(Err(StoreError::NotFound)) => outcomes.1 += 1,
                Err(error) if error.is_panic() => outcomes.2 += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(outcomes, (20, 10, 10));
        assert_eq!(count(&**db).await, 20);
    }

    async fn an_answered_write_is_seen_by_the_next_read(db: &TestDb) {
        scratch(db).await;
        let written = Arc::new(AtomicUsize::new(0));
        let writers = (0..16).map(|writer| {
            let (db, written) = (Db::clone(db), Arc::clone(&written));
            tokio::spawn(async move {
                for index in 0..10 {
                    let id = format!("{writer}-{index}");
                    db.execute(&NAMED, args![&id, &id]).await.unwrap();
                    let before = written.fetch_add(1, Ordering::SeqCst) + 1;
                    assert!(count(&db).await >= i64::try_from(before).unwrap());
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        assert_eq!(count(&**db).await, 160);
    }

    async fn lists_select_by_id(db: &TestDb) {
        scratch(db).await;
        for id in ["a", "b", "c"] {
            db.execute(&NAMED, args![id, id]).await.unwrap();
        }
        static BY_IDS: Statement = Statement::new("select id from things where tenant_id = $1 and id {in $2} order by id");
        let rows = db.query(&BY_IDS, args!["t", Arg::list(["c", "a", "x"])]).await.unwrap();
        let ids: Vec<String> = rows.iter().map(|row| row.get("id").unwrap()).collect();
        assert_eq!(ids, ["a", "c"]);
        assert!(db.query(&BY_IDS, args!["t", Arg::list(Vec::<String>::new())]).await.unwrap().is_empty());
    }

    async fn writes_may_return_rows(db: &TestDb) {
        scratch(db).await;
        static RETURNING: Statement =
            Statement::new("insert into things (tenant_id, id, name) values ('t', '1', $1) returning id, name");
        let row = db.query_one(&RETURNING, args!["x"]).await.unwrap();
        assert_eq!(row.get::<String>("name").unwrap(), "x");
        static TOUCH: Statement = Statement::new("update things set number = 5 where tenant_id = 't' and name = $1");
        assert_eq!(db.execute(&TOUCH, args!["x"]).await.unwrap(), 1);
        assert_eq!(db.execute(&TOUCH, args!["y"]).await.unwrap(), 0);
    }

    async fn a_closed_database_answers_unavailable(db: &TestDb) {
        db.ping().await.unwrap();
        db.close().await;
        assert!(matches!(db.ping().await, Err(StoreError::Unavailable(_))));
    }

    async fn migrating_again_changes_nothing(db: &TestDb) {
        db.migrate().await.unwrap();
        assert_eq!(db.schema_state().await.unwrap().pending, 0);
    }

    async fn an_edited_migration_is_noticed(db: &TestDb) {
        static EDIT: Statement = Statement::new("update schema_migrations set checksum = 'other' where version = 1");
        db.execute(&EDIT, args![]).await.unwrap();
        assert!(matches!(db.migrate().await, Err(StoreError::Migration(_))));
    }

    async fn every_statement_prepares(db: &TestDb) {
        let mut seen = 0;
        for registered in inventory::iter::<Registered> {
            let statement = (registered.statement)();
            let place = format!("{}:{}", registered.file, registered.line);
            assert!(!statement.text().contains('*') || statement.text().contains("count(*)"), "{place}: name the columns");
            if let Err(error) = db.prepare(statement).await {
                panic!("{place}: {error}\n{}", statement.text());
            }
            seen += 1;
        }
        assert!(seen >= 3, "the statements did not register");
    }
}

#[test]
fn a_job_that_awaits_something_else_is_refused() {
    crate::testing::run(Kind::Sqlite, |db| {
        Box::pin(async move {
            scratch(db).await;
            let result = db
                .write(|tx| {
                    Box::pin(async move {
                        tx.execute(&NAMED, args!["1", "a"]).await?;
                        tokio::task::yield_now().await;
                        Ok::<_, StoreError>(())
                    })
                })
                .await;
            assert!(matches!(result, Err(StoreError::ForeignAwait)));
            assert_eq!(count(&**db).await, 0);
        })
    });
}

#[test]
fn a_closed_file_can_be_opened_again() {
    crate::testing::run(Kind::Sqlite, |db| {
        Box::pin(async move {
            scratch(db).await;
            db.execute(&NAMED, args!["1", "a"]).await.unwrap();
            db.close().await;
            let again = Db::connect(&db.url().parse().unwrap(), &crate::Options::default()).await.unwrap();
            assert_eq!(count(&again).await, 1);
        })
    });
}

#[cfg(unix)]
#[test]
fn a_new_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    crate::testing::run(Kind::Sqlite, |db| {
        Box::pin(async move {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("new.db");
            let fresh =
                Db::connect(&crate::DbUrl::Sqlite(path.clone()), &crate::Options::default()).await.unwrap();
            fresh.migrate().await.unwrap();
            for file in [path.clone(), path.with_extension("db-wal")] {
                assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
            }
            drop(db.ping().await);
        })
    });
}

/// `schema.sql` shows what the migrations add up to; `BLESS=1` writes it anew.
#[test]
fn the_schema_file_shows_the_effect_of_the_migrations() {
    crate::testing::run(Kind::Sqlite, |db| {
        Box::pin(async move {
            static TABLES: Statement = Statement::new(
                "select sql from sqlite_schema where sql is not null and name not like 'sqlite_%'
                 order by tbl_name, type desc, name",
            );
            let rows = db.query(&TABLES, args![]).await.unwrap();
            let mut text = String::from(
                "-- What the migrations add up to. Written by a test (BLESS=1); do not edit.\n\n",
            );
            for row in rows {
                text.push_str(&row.get::<String>("sql").unwrap());
                text.push_str(";\n");
            }
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.sql");
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            let committed = std::fs::read_to_string(path).unwrap_or_default();
            assert!(committed == text, "schema.sql is out of date: run the tests with BLESS=1");
        })
    });
}

/// Tables that grow with users and traffic.
const LARGE_TABLES: &[&str] = &[
    "logs",
    "oidc_model_instances",
    "oidc_session_extensions",
    "organization_user_relations",
    "personal_access_tokens",
    "sentinel_activities",
    "user_social_identities",
    "users",
    "users_roles",
];

/// The names under which a statement reads large tables: their own, and aliases.
fn names_of_large_tables(text: &str) -> Vec<String> {
    let words: Vec<&str> =
        text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    let mut names = Vec::new();
    for (index, word) in words.iter().enumerate().filter(|(_, word)| LARGE_TABLES.contains(word)) {
        let alias = words[index + 1..].iter().find(|next| **next != "as");
        names.push((*word).to_owned());
        names.extend(alias.map(|alias| (*alias).to_owned()));
    }
    names
}

#[test]
fn a_large_table_is_known_under_an_alias() {
    let names = names_of_large_tables("select u.id from users_roles x join users as u on u.id = x.user_id");
    assert_eq!(names, ["users_roles", "x", "users", "u"]);
}

#[test]
fn no_statement_reads_all_of_a_large_table() {
    crate::testing::run(Kind::Sqlite, |db| {
        Box::pin(async move {
            for registered in inventory::iter::<Registered> {
                let statement = (registered.statement)();
                let plan = db.plan(statement).await.unwrap();
                let large = names_of_large_tables(statement.text());
                // Whether there is any row at all is answered by the first one.
                let whole = plan.iter().find(|step| {
                    let name = step.split(' ').nth(1).unwrap_or_default();
                    let all = step.starts_with("SCAN") || step.ends_with("(tenant_id=?)");
                    // Finding duplicates looks at every row; an administrator asks once, when changing a rule.
                    let finds_duplicates = statement.text().contains("having count(*) > 1");
                    all && !finds_duplicates
                        && large.iter().any(|known| known == name)
                        && !statement.text().starts_with("select exists")
                });
                assert!(whole.is_none(), "{}:{}: {plan:#?}", registered.file, registered.line);
            }
        })
    });
}

async fn plan(
    db: &Db,
    list: &crate::filter::List,
    filter: &crate::filter::Filter,
    reading: Reading,
) -> Vec<String> {
    db.plan(&Statement::dynamic(list.text(filter, reading))).await.unwrap()
}

#[test]
fn a_list_of_what_is_related_reads_nothing_else() {
    crate::testing::run(Kind::Sqlite, |db| {
        Box::pin(async move {
            let (exec, id) = (&**db, || Some("x".to_owned()));
            let members = UserFilter { organization_id: id(), ..Default::default() };
            let holders = UserFilter { role_id: id(), ..Default::default() };
            let machines = ApplicationFilter { organization_id: id(), ..Default::default() };
            let of_user = OrganizationFilter { user_id: id(), ..Default::default() };
            let of_application = OrganizationFilter { application_id: id(), ..Default::default() };
            let held = RoleFilter { user_id: id(), ..Default::default() };
            for (list, filter, reading) in [
                (users::LIST, members.build(exec, &home()), Reading::Sorted),
                (users::LIST, holders.build(exec, &home()), Reading::Sorted),
                (applications::LIST, machines.build(exec, &home()), Reading::Plain),
                (organizations::LIST, of_user.build(exec, &home()), Reading::Plain),
                (organizations::LIST, of_application.build(exec, &home()), Reading::Plain),
                (roles::LIST, held.build(exec, &home()), Reading::Plain),
            ] {
                let plan = plan(db, &list, &filter.unwrap(), reading).await;
                let whole =
                    plan.iter().find(|step| step.starts_with("SCAN") || step.ends_with("(tenant_id=?)"));
                assert!(whole.is_none(), "{plan:#?}");
            }
        })
    });
}

#[test]
fn a_long_list_is_read_in_its_order_or_through_an_index() {
    crate::testing::run(Kind::Sqlite, |db| {
        Box::pin(async move {
            let exec = &**db;
            let id = || Some("x".to_owned());
            for filter in [
                UserFilter::default(),
                UserFilter { role_id: id(), ..Default::default() },
                UserFilter { exclude_role_id: id(), ..Default::default() },
                UserFilter { organization_id: id(), ..Default::default() },
            ] {
                let filter = filter.build(exec, &home()).unwrap();
                for reverse in [false, true] {
                    let plan = plan(db, &users::LIST, &filter, Reading::Walked { reverse }).await;
                    assert!(plan[0].contains("users__created_at"), "{plan:#?}");
                    assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:#?}");
                }
            }
            let search = Search::containing("ada");
            let member = UserFilter { search: search.clone(), organization_id: id(), ..Default::default() };
            for filter in [UserFilter { search, ..Default::default() }, member] {
                let filter = filter.build(exec, &home()).unwrap();
                let plan = plan(db, &users::LIST, &filter, Reading::Searched).await;
                assert!(plan.iter().any(|step| step.contains("VIRTUAL TABLE INDEX")), "{plan:#?}");
                assert!(!plan.iter().any(|step| step.ends_with("(tenant_id=?)")), "{plan:#?}");
            }
        })
    });
}

#[test]
fn postgres_searches_users_through_an_index() {
    crate::testing::run(Kind::Postgres, |db| {
        Box::pin(async move {
            // With a handful of rows PostgreSQL rightly reads them all.
            fill::fill(db, &home(), Size { users: 20_000, logs: 0 }).await.unwrap();
            let filter = UserFilter { search: Search::containing("person1234@"), ..Default::default() };
            let text = users::LIST.text(&filter.build(&**db, &home()).unwrap(), Reading::Searched);
            let mut arguments = args![&home()];
            arguments.extend(vec![Arg::from("%person1234@%"); 5]);
            arguments.extend(args![20, 0]);
            let rows = db.query(&Statement::dynamic(format!("explain {text}")), arguments).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.at(0).unwrap()).collect();
            assert!(plan.iter().any(|step| step.contains("users__search")), "{plan:#?}");
            assert!(!plan.iter().any(|step| step.contains("Seq Scan on users")), "{plan:#?}");
        })
    });
}
