//! What this machine can do at most, measured in the same run: no server can beat these.

use crate::database::{Database, Kind};
use anyhow::Result;
use portico_crypto::{
    jose::{Alg, SigningKey},
    password::PasswordHasher,
};
use portico_store::{Db, Options, sql};
use std::{
    thread,
    time::{Duration, Instant},
};

const TIME: Duration = Duration::from_secs(2);
const WRITERS: usize = 16;

/// One line a limit.
pub async fn limits(kinds: &[Kind]) -> Result<Vec<String>> {
    let mut lines = vec![format!("ES384 signatures, all cores: {:.0}/s", signatures()?)];
    lines.push(format!("argon2id hashes, all cores: {:.1}/s", hashes().await?));
    for kind in kinds {
        let database = Database::new(*kind)?;
        let db = Db::connect(&database.url.parse()?, &Options::default()).await?;
        db.migrate().await?;
        lines.push(format!("durable commits, {kind}, {WRITERS} at a time: {:.0}/s", commits(&db).await?));
        db.close().await;
    }
    Ok(lines)
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn signatures() -> Result<f64> {
    let key = SigningKey::generate(Alg::Es384)?;
    let cores = thread::available_parallelism()?.get();
    let started = Instant::now();
    let total: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    let mut count = 0;
                    while started.elapsed() < TIME {
                        if key.sign(b"portico").is_ok() {
                            count += 1;
                        }
                    }
                    count
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
    });
    Ok(total as f64 / started.elapsed().as_secs_f64())
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
async fn hashes() -> Result<f64> {
    let cores = thread::available_parallelism()?.get();
    let hasher = PasswordHasher::new(cores)?;
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..cores {
        let hasher = hasher.clone();
        tasks.spawn(async move {
            let mut count = 0_usize;
            while started.elapsed() < TIME {
                if hasher.hash("a password of some length").await.is_ok() {
                    count += 1;
                }
            }
            count
        });
    }
    let total: usize = tasks.join_all().await.into_iter().sum();
    Ok(total as f64 / started.elapsed().as_secs_f64())
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
async fn commits(db: &Db) -> Result<f64> {
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let db = db.clone();
        tasks.spawn(async move {
            let mut count = 0_usize;
            while started.elapsed() < TIME {
                let key = format!("bench-{writer}-{count}");
                let insert = sql!("insert into systems (key, value) values ($1, $2)");
                if db.execute(insert, vec![key.into(), serde_json::json!({}).into()]).await.is_ok() {
                    count += 1;
                }
            }
            count
        });
    }
    let total: usize = tasks.join_all().await.into_iter().sum();
    Ok(total as f64 / started.elapsed().as_secs_f64())
}
