//! Figures, not promises: `cargo test --release -p portico-store measure -- --ignored --nocapture`.
//!
//! Commits are durable as far as the server is: the cluster of the tests runs without fsync, so name a real
//! one in `PORTICO_TEST_POSTGRES_URL` for its commits.

use std::time::Instant;

use portico_model::User;

use super::{commit, home};
use crate::logs::{self, LogFilter};
use crate::organizations::{self, OrganizationFilter};
use crate::roles::{self, RoleFilter};
use crate::testing::fill::{self, Size};
use crate::users::{self, UserFilter};
use crate::{Db, Options, Page, Search, both_databases};

const READS: u32 = 20_000;
const COMMITS_PER_TASK: u32 = 500;

#[allow(clippy::disallowed_methods, reason = "measuring is about the real clock")]
fn now() -> Instant {
    Instant::now()
}

async fn open(url: &str) -> Db {
    Db::connect(&url.parse().unwrap(), &Options::default()).await.unwrap()
}

async fn reads_per_second(db: &Db, tasks: u32) -> f64 {
    let begun = now();
    let readers: Vec<_> = (0..tasks)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                for _ in 0..READS / tasks {
                    assert!(users::find_by_id(&db, &home(), "u1").await.unwrap().is_some());
                }
            })
        })
        .collect();
    for reader in readers {
        reader.await.unwrap();
    }
    f64::from(READS / tasks * tasks) / begun.elapsed().as_secs_f64()
}

async fn commits_per_second(db: &Db, tasks: u32) -> f64 {
    let begun = now();
    let writers: Vec<_> = (0..tasks)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                for index in 0..COMMITS_PER_TASK {
                    let user = User::new("default", format!("w{tasks}-{task}-{index}"), 1);
                    commit(&db, move |tx| Box::pin(async move { users::insert(tx, &home(), &user).await }))
                        .await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    f64::from(tasks * COMMITS_PER_TASK) / begun.elapsed().as_secs_f64()
}

both_databases! {
    #[ignore = "prints figures"]
    async fn measure(db: &TestDb) {
        commit(db, |tx| Box::pin(async move {
            let mut user = User::new("default", "u1".to_owned(), 1);
            user.username = Some("ada".to_owned());
            users::insert(tx, &home(), &user).await
        })).await;
        let begun = now();
        let db = open(db.url()).await;
        db.migrate().await.unwrap();
        println!("{:?}: opening a current database {:.1} ms", db.kind(), begun.elapsed().as_secs_f64() * 1e3);
        for tasks in [1, 16] {
            let rate = reads_per_second(&db, tasks).await;
            println!("{:?}, {tasks} tasks: point select {:.1} µs, {rate:.0}/s", db.kind(), 1e6 / rate * f64::from(tasks));
        }
        for tasks in [1, 16, 64] {
            println!("{:?}, {tasks} tasks: {:.0} commits/s", db.kind(), commits_per_second(&db, tasks).await);
        }
        db.close().await;
    }
}

/// A list as a page of the Console asks for it.
async fn read_list(db: &Db, name: &str, users: i64, round: i64) {
    let page = Page { limit: 20, offset: 0 };
    let number = (round * 7_919) % users;
    let id = || fill::user_id(number);
    let organization = |number: i64| Some(format!("fill_org_{number}"));
    let tenant = home();
    let log = match name {
        "log" => Some(LogFilter::default()),
        "log of an act" => {
            Some(LogFilter { keys: vec!["Interaction.SignIn.Submit".to_owned()], ..LogFilter::default() })
        }
        "log of a user" => Some(LogFilter { user_id: Some(id()), ..LogFilter::default() }),
        "log of an application" => {
            Some(LogFilter { application_id: Some("app7".to_owned()), ..LogFilter::default() })
        }
        _ => None,
    };
    if let Some(mut filter) = log {
        filter.key_prefixes = vec!["Interaction".to_owned(), "ExchangeTokenBy".to_owned()];
        logs::list(db, &tenant, &filter, page).await.unwrap();
        logs::count_up_to(db, &tenant, &filter, 10_001).await.unwrap();
        return;
    }
    let of_user = match name {
        "user" => users::find_by_id(db, &tenant, &id()).await.unwrap().is_some(),
        "roles of a user" => {
            let filter = RoleFilter { user_id: Some(id()), ..Default::default() };
            roles::list(db, &tenant, &filter, page).await.unwrap().total > 0
        }
        "organizations of a user" => {
            let filter = OrganizationFilter { user_id: Some(id()), ..Default::default() };
            organizations::list(db, &tenant, &filter, page).await.unwrap().total >= 0
        }
        "faces of roles" => {
            let ids = [fill::EVERYBODYS_ROLE.to_owned(), fill::RARE_ROLE.to_owned()];
            roles::count_users(db, &tenant, &ids).await.unwrap();
            !roles::list_featured_users(db, &tenant, &ids).await.unwrap().is_empty()
        }
        _ => false,
    };
    if of_user {
        return;
    }
    let mut filter = UserFilter::default();
    let mut page = page;
    match name {
        "users" => {}
        "users, last page" => page.offset = users - 20,
        "users by e-mail" => filter.search = Search::containing(&format!("person{number}@")),
        "users by username" => filter.search = Search::containing(&format!("fill_{number}")),
        "users by phone" => filter.search = Search::containing(&(491_500_000_000 + number).to_string()),
        "users by id" => filter.search = Search::containing(&id()),
        "users by name" => filter.search = Search::containing(&format!("number {number}")),
        "users nobody finds" => filter.search = Search::containing("nobody has this"),
        "holders of everybody's role" => filter.role_id = Some(fill::EVERYBODYS_ROLE.to_owned()),
        "holders of a rare role" => filter.role_id = Some(fill::RARE_ROLE.to_owned()),
        "users without a rare role" => filter.exclude_role_id = Some(fill::RARE_ROLE.to_owned()),
        "members of the largest organization" => filter.organization_id = organization(0),
        "members of an organization" => filter.organization_id = organization(1),
        other => panic!("no list is called {other}"),
    }
    users::list(db, &tenant, &filter, page).await.unwrap();
}

const LISTS: &[&str] = &[
    "user",
    "users",
    "users, last page",
    "users by e-mail",
    "users by username",
    "users by phone",
    "users by id",
    "users by name",
    "users nobody finds",
    "holders of everybody's role",
    "holders of a rare role",
    "users without a rare role",
    "members of the largest organization",
    "members of an organization",
    "roles of a user",
    "organizations of a user",
    "faces of roles",
    "log",
    "log of an act",
    "log of a user",
    "log of an application",
];

/// How many users to measure with, from `PORTICO_MEASURE_USERS`; ten log entries for each.
fn users_to_measure() -> i64 {
    std::env::var("PORTICO_MEASURE_USERS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000)
}

both_databases! {
    #[ignore = "prints figures"]
    async fn measure_lists(db: &TestDb) {
        let users = users_to_measure();
        let begun = now();
        fill::fill(db, &home(), Size { users, logs: users * 10 }).await.unwrap();
        println!("{:?}, {users} users: filled in {:.1} s", db.kind(), begun.elapsed().as_secs_f64());
        for name in LISTS {
            let mut milliseconds = Vec::new();
            for round in 0..200 {
                let begun = now();
                read_list(db, name, users, round).await;
                milliseconds.push(begun.elapsed().as_secs_f64() * 1e3);
            }
            milliseconds.sort_by(f64::total_cmp);
            println!("| {name} | {:.2} | {:.2} |", milliseconds[100], milliseconds[198]);
        }
    }
}
