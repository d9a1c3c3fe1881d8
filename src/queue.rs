//! The queue before a thread pool: chunks of records, begun in the order in which they came.
//!
//! Why the thread pool is not handed all of them at once: a pool's thread that waits for a part of its article (stages of one
//! article run in parallel) takes the next job meanwhile. With every chunk in the pool that job is a whole chunk, in which it
//! waits again, and so on: articles that were begun first end when the queue is empty, seconds later. So there are never more
//! jobs in the pool than it has threads, and each is one chunk.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::ThreadPool;

/// Chunks that wait, and how many jobs work on others.
struct Waiting<T> {
    chunks: VecDeque<T>,
    jobs: usize,
}

/// A queue in front of a thread pool.
pub(crate) struct Queue<T> {
    pool: ThreadPool,
    waiting: Mutex<Waiting<T>>,
    work: Box<dyn Fn(T) + Send + Sync>,
}

impl<T: Send + 'static> Queue<T> {
    /// Every chunk is handed to `work`, which must not panic.
    pub(crate) fn new(pool: ThreadPool, work: impl Fn(T) + Send + Sync + 'static) -> Arc<Self> {
        let waiting = Mutex::new(Waiting { chunks: VecDeque::new(), jobs: 0 });
        Arc::new(Self { pool, waiting, work: Box::new(work) })
    }

    /// Threads of the pool.
    pub(crate) fn threads(&self) -> usize {
        self.pool.current_num_threads()
    }

    pub(crate) fn push(self: &Arc<Self>, chunk: T) {
        let mut waiting = self.waiting();
        waiting.chunks.push_back(chunk);
        if waiting.jobs < self.threads() {
            waiting.jobs += 1;
            self.spawn();
        }
    }

    fn spawn(self: &Arc<Self>) {
        let queue = Arc::clone(self);
        self.pool.spawn_fifo(move || queue.next());
    }

    /// One chunk, then a job for the next: a thread that took this one while it waited goes back to what it waits for.
    fn next(self: &Arc<Self>) {
        let chunk = self.waiting().chunks.pop_front();
        if let Some(chunk) = chunk {
            (self.work)(chunk);
        }
        let mut waiting = self.waiting();
        if waiting.chunks.is_empty() {
            waiting.jobs -= 1;
        } else {
            self.spawn();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn pool(threads: usize) -> ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
    }

    /// Every article is split, as stages are, and threads that have nothing else to do take parts of it: those who wait for
    /// them take chunks meanwhile.
    #[test]
    fn no_more_chunks_are_begun_and_not_ended_than_there_are_threads() {
        const CHUNKS: usize = 400;
        const THREADS: usize = 3;
        let (done, ended) = crossbeam_channel::unbounded();
        let open = AtomicUsize::new(0);
        let queue = Queue::new(pool(THREADS), move |chunk: usize| {
            let most = open.fetch_add(1, Ordering::SeqCst) + 1;
            let stage = || std::thread::sleep(Duration::from_micros(100));
            for _ in 0..4 {
                rayon::join(stage, || rayon::join(stage, stage));
            }
            open.fetch_sub(1, Ordering::SeqCst);
            done.send((chunk, most)).unwrap();
        });
        (0..CHUNKS).for_each(|chunk| queue.push(chunk));
        let ended: Vec<(usize, usize)> =
            (0..CHUNKS).map(|_| ended.recv_timeout(Duration::from_secs(60)).unwrap()).collect();
        let most = ended.iter().map(|(_, most)| *most).max().unwrap();
        assert!(most <= THREADS, "{most}");
        let mut chunks: Vec<usize> = ended.iter().map(|(chunk, _)| *chunk).collect();
        chunks.sort_unstable();
        assert!(chunks.into_iter().eq(0..CHUNKS), "each chunk once");
    }

    #[test]
    fn a_queue_that_was_empty_goes_on() {
        let (done, order) = crossbeam_channel::unbounded();
        let queue = Queue::new(pool(2), move |chunk: usize| done.send(chunk).unwrap());
        for chunk in 0..50 {
            queue.push(chunk);
            assert_eq!(order.recv_timeout(Duration::from_secs(60)).unwrap(), chunk);
        }
    }
}
