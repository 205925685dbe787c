//! The same work on many things, on all cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Fewer things are not worth a thread.
const FEW: usize = 16;

/// More threads than that wait for the disk and for each other.
const MAX_THREADS: usize = 8;

/// How many times each thread comes back for more.
const STEPS: usize = 16;

/// What `work` makes of each, in their order.
pub(crate) fn map<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(MAX_THREADS).min(all.len() / FEW);
    if threads < 2 {
        return all.iter().map(work).collect();
    }
    // Some take longer than others: whoever is done takes the next few.
    let step = (all.len() / (threads * STEPS)).max(1);
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done: Vec<(usize, Vec<R>)> = Vec::new();
        loop {
            let start = next.fetch_add(step, Ordering::Relaxed);
            let Some(part) = all.get(start..all.len().min(start + step)) else {
                return done;
            };
            done.push((start, part.iter().map(&work).collect()));
        }
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                // A defect is told once, by whoever waits for it.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(start, _)| *start);
    done.into_iter().flat_map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_kept() {
        for count in [0, 1, 2, FEW, 2 * FEW, 1000] {
            let all: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = all.iter().map(|number| number * 2).collect();
            assert_eq!(map(&all, |number| number * 2), doubled);
        }
    }
}
