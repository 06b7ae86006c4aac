//! The threads that hash: a fixed number, a bounded queue, and no work for callers who left.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use super::digest::{Workspace, hash, verify, verify_decoy};
use super::{PasswordHash, PasswordMethod};
use crate::error::PasswordError;
use crate::secret::SecretString;

/// Jobs that may wait per thread. At some 20 ms each the last one waits about 2.5 seconds; beyond
/// that an honest refusal is better.
pub const QUEUE_LEN_PER_THREAD: usize = 128;

type Job = Box<dyn FnOnce(&mut Workspace) + Send>;

/// Hashes and checks passwords. Clones share threads and queue; the threads end when the last
/// clone is dropped.
#[derive(Clone, Debug)]
pub struct PasswordHasher {
    queue: SyncSender<Job>,
}

impl PasswordHasher {
    /// Starts `parallelism` threads, at least one and at most one per core.
    pub fn new(parallelism: usize) -> std::io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::with_queue(parallelism.clamp(1, cores), QUEUE_LEN_PER_THREAD)
    }

    /// Exactly `threads` threads with `queue_len_per_thread` waiting jobs each.
    pub fn with_queue(threads: usize, queue_len_per_thread: usize) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel::<Job>(threads * queue_len_per_thread);
        let jobs = Arc::new(Mutex::new(jobs));
        for index in 0..threads {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new().name(format!("password-{index}")).spawn(move || work(&jobs))?;
        }
        Ok(Self { queue })
    }

    /// Hashes a new password with the current method and a random salt.
    pub async fn hash(&self, password: &str) -> Result<PasswordHash, PasswordError> {
        let password = SecretString::from(password);
        self.run(move |workspace| hash(workspace, password.expose())).await
    }

    /// Whether `password` is the one behind `encoded`.
    pub async fn verify(
        &self,
        password: &str,
        encoded: &str,
        method: PasswordMethod,
    ) -> Result<bool, PasswordError> {
        let (password, encoded) = (SecretString::from(password), encoded.to_owned());
        self.run(move |workspace| verify(workspace, password.expose(), &encoded, method)).await
    }

    /// Does the work of checking a current hash and comes to no result: for accounts that do not
    /// exist or have no password, so that the time taken tells nothing.
    pub async fn verify_decoy(&self, password: &str) -> Result<(), PasswordError> {
        let password = SecretString::from(password);
        self.run(move |workspace| verify_decoy(workspace, password.expose())).await
    }

    async fn run<T, F>(&self, compute: F) -> Result<T, PasswordError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Workspace) -> Result<T, PasswordError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |workspace| {
            // The caller may have gone away while the job was waiting.
            if !reply.is_closed() {
                // Failing means that the caller went away just now.
                let _ = reply.send(compute(workspace));
            }
        });
        self.queue.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => PasswordError::Busy,
            TrySendError::Disconnected(_) => PasswordError::Failed,
        })?;
        answer.await.map_err(|_| PasswordError::Failed)?
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    let mut workspace = Workspace::default();
    loop {
        // Idle threads take turns waiting: the guard is dropped as soon as a job arrives.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // A panic must not cost a thread; the caller sees `Failed` since its reply is dropped.
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut workspace)));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;
    use std::task::Poll;

    use super::*;

    /// Submits a future by polling it once, without waiting for its end.
    fn submit<T>(future: &mut std::pin::Pin<Box<impl Future<Output = T>>>) -> Poll<T> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        future.as_mut().poll(&mut context)
    }

    /// A pool of one thread that is busy until something is sent to the gate.
    fn occupied(queue: usize) -> (PasswordHasher, mpsc::Sender<()>, impl Future<Output = ()>) {
        let pool = PasswordHasher::with_queue(1, queue).unwrap();
        let (gate, opened) = mpsc::channel::<()>();
        let (started, start) = mpsc::channel::<()>();
        let mut running = Box::pin({
            let pool = pool.clone();
            async move {
                let job = move |_: &mut Workspace| {
                    started.send(()).unwrap();
                    opened.recv().unwrap();
                    Ok(())
                };
                pool.run(job).await.unwrap();
            }
        });
        assert!(submit(&mut running).is_pending());
        start.recv().unwrap();
        (pool, gate, running)
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let (pool, gate, running) = occupied(1);
        let mut waiting = Box::pin(pool.hash("one waits"));
        assert!(submit(&mut waiting).is_pending());
        assert_eq!(pool.hash("one too many").await, Err(PasswordError::Busy));
        gate.send(()).unwrap();
        running.await;
        assert!(waiting.await.is_ok());
        assert!(pool.hash("room again").await.is_ok());
    }

    #[tokio::test]
    async fn the_job_of_a_caller_who_left_is_not_run() {
        let (pool, gate, running) = occupied(4);
        let ran = Arc::new(AtomicBool::new(false));
        let mut abandoned = Box::pin(pool.run({
            let ran = Arc::clone(&ran);
            move |_| {
                ran.store(true, Ordering::SeqCst);
                Ok(())
            }
        }));
        assert!(submit(&mut abandoned).is_pending());
        drop(abandoned);
        gate.send(()).unwrap();
        running.await;
        // Jobs run in order on the one thread, so this one ends after the abandoned one.
        pool.run(|_| Ok(())).await.unwrap();
        assert!(!ran.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_panic_costs_one_answer_and_no_thread() {
        let pool = PasswordHasher::with_queue(1, 1).unwrap();
        let answer: Result<(), _> = pool.run(|_| panic!("on purpose")).await;
        assert_eq!(answer, Err(PasswordError::Failed));
        assert!(pool.hash("still here").await.is_ok());
    }
}
