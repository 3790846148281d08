//! The bounded queue in front of the hashing threads.

use std::{
    collections::VecDeque,
    num::NonZeroUsize,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// Why nothing was queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// As much as may wait is waiting.
    Full,
    /// Nobody will take anything out any more.
    Closed,
}

struct State<T> {
    waiting: VecDeque<T>,
    closed: bool,
}

/// First in, first out, for any number of threads on either side.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
    capacity: usize,
}

impl<T> Queue<T> {
    /// A queue where at most `capacity` items wait.
    pub(super) fn new(capacity: NonZeroUsize) -> Self {
        let state = State { waiting: VecDeque::new(), closed: false };
        Self { state: Mutex::new(state), arrived: Condvar::new(), capacity: capacity.get() }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an item without waiting. When it is full, items that are `abandoned` make room.
    pub(super) fn push(&self, item: T, abandoned: impl Fn(&T) -> bool) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refused::Closed);
        }
        if state.waiting.len() >= self.capacity {
            state.waiting.retain(|waiting| !abandoned(waiting));
        }
        if state.waiting.len() >= self.capacity {
            return Err(Refused::Full);
        }
        state.waiting.push_back(item);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// Takes the oldest item, waiting for one; nothing once the queue is closed.
    pub(super) fn pop(&self) -> Option<T> {
        let idle = |state: &mut State<T>| state.waiting.is_empty() && !state.closed;
        let waited = self.arrived.wait_while(self.lock(), idle);
        waited.unwrap_or_else(PoisonError::into_inner).waiting.pop_front()
    }

    /// How many items wait.
    pub(super) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Closes it, and gives back what was waiting.
    pub(super) fn close(&self) -> VecDeque<T> {
        let mut state = self.lock();
        state.closed = true;
        let left = std::mem::take(&mut state.waiting);
        drop(state);
        self.arrived.notify_all();
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(capacity: usize) -> Queue<u8> {
        Queue::new(NonZeroUsize::new(capacity).unwrap())
    }

    #[test]
    fn items_leave_in_the_order_of_their_coming() {
        let queue = queue(2);
        queue.push(1, |_| false).unwrap();
        queue.push(2, |_| false).unwrap();
        assert_eq!((queue.pop(), queue.pop()), (Some(1), Some(2)));
    }

    #[test]
    fn a_full_queue_refuses_unless_abandoned_items_make_room() {
        let queue = queue(2);
        queue.push(1, |_| false).unwrap();
        queue.push(2, |_| false).unwrap();
        assert_eq!(queue.push(3, |_| false), Err(Refused::Full));
        assert_eq!(queue.push(3, |item| *item == 1), Ok(()));
        assert_eq!((queue.pop(), queue.pop()), (Some(2), Some(3)));
    }

    #[test]
    fn a_closed_queue_gives_back_what_waits_and_takes_nothing() {
        let queue = queue(2);
        queue.push(1, |_| false).unwrap();
        assert_eq!(queue.close(), [1]);
        assert_eq!(queue.push(2, |_| false), Err(Refused::Closed));
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn closing_wakes_those_who_wait() {
        let queue = queue(1);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| queue.pop());
            queue.close();
            assert_eq!(waiting.join().unwrap(), None);
        });
    }
}
