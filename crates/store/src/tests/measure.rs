//! Figures, not promises: `cargo test --release -p portico-store measure -- --ignored --nocapture`.
//!
//! Commits are durable as far as the server is: the cluster of the tests runs without fsync, so name a real
//! one in `PORTICO_TEST_POSTGRES_URL` for its commits.

use std::time::Instant;

use portico_model::User;

use super::{commit, home};
use crate::{Db, Options, both_databases, users};

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
