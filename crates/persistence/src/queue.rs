//! A bounded queue that wakes the thread which fell asleep last: its caches are warm, and a lane larger than its load
//! costs nothing.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
};

pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    limit: usize,
}

struct State<T> {
    items: VecDeque<T>,
    asleep: Vec<Thread>,
    closed: bool,
}

/// Why an item was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Full,
    Closed,
}

impl<T> Queue<T> {
    pub(crate) fn new(limit: usize) -> Self {
        let state = State { items: VecDeque::new(), asleep: Vec::new(), closed: false };
        Self { state: Mutex::new(state), limit }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, item: T) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refused::Closed);
        }
        if state.items.len() >= self.limit {
            return Err(Refused::Full);
        }
        state.items.push_back(item);
        let sleeper = state.asleep.pop();
        drop(state);
        if let Some(thread) = sleeper {
            thread.unpark();
        }
        Ok(())
    }

    pub(crate) fn try_pop(&self) -> Option<T> {
        self.lock().items.pop_front()
    }

    /// Waits for an item; `None` once the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<T> {
        let me = thread::current();
        loop {
            let mut state = self.lock();
            if let Some(item) = state.items.pop_front() {
                return Some(item);
            }
            if state.closed {
                return None;
            }
            state.asleep.push(me.clone());
            drop(state);
            thread::park();
            // After a wake-up that nobody sent it would still be listed, and be woken for nothing later.
            self.lock().asleep.retain(|thread| thread.id() != me.id());
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().items.len()
    }

    /// Takes no more items; those inside are still handed out.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        for thread in state.asleep.drain(..) {
            thread.unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_is_inside_a_closed_queue_still_comes_out() {
        let queue = Queue::new(8);
        queue.push(1).unwrap();
        queue.close();
        assert_eq!(queue.push(2), Err(Refused::Closed));
        assert_eq!(queue.pop(), Some(1));
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn a_full_queue_refuses() {
        let queue = Queue::new(2);
        queue.push(1).unwrap();
        queue.push(2).unwrap();
        assert_eq!(queue.push(3), Err(Refused::Full));
        assert_eq!(queue.len(), 2);
        assert_eq!(queue.try_pop(), Some(1));
        queue.push(3).unwrap();
    }

    #[test]
    fn every_item_is_handed_out_once() {
        let queue = Arc::new(Queue::new(10_000));
        let takers: Vec<_> = (0..4)
            .map(|_| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || std::iter::from_fn(|| queue.pop()).collect::<Vec<_>>())
            })
            .collect();
        for item in 0..10_000 {
            queue.push(item).unwrap();
        }
        queue.close();
        let mut taken: Vec<i32> = takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect();
        taken.sort_unstable();
        assert_eq!(taken, (0..10_000).collect::<Vec<_>>());
    }
}
