//! A line that says that the program is still at work, for who waits at a terminal.

use std::io::Write;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// A shorter run needs no words.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);

/// Does the work, and shows after a while what `status` says of it, on one line that is gone
/// when the work is done.
pub(super) fn during<T>(
    mut out: impl Write + Send,
    patience: Duration,
    status: impl Fn() -> String + Sync,
    work: impl FnOnce() -> T,
) -> T {
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(|| {
            let is_done = is_done;
            let mut wait = patience;
            while let Err(RecvTimeoutError::Timeout) = is_done.recv_timeout(wait) {
                // Whatever is wrong with the terminal, the work goes on.
                let _ = write!(out, "\r\x1b[K{}", status()).and_then(|()| out.flush());
                wait = TICK;
            }
            if wait == TICK {
                let _ = write!(out, "\r\x1b[K").and_then(|()| out.flush());
            }
        });
        // Dropped when the work ends, and also when it panics.
        let _done = done;
        work()
    })
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc::Sender;

    use super::*;

    /// Hands on what is written.
    struct Told(Sender<String>);

    impl Write for Told {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let text = String::from_utf8_lossy(bytes).into_owned();
            self.0.send(text).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn long_work_is_shown_and_nothing_of_it_stays() {
        let (told, hear) = mpsc::channel();
        let result = during(
            Told(told),
            Duration::ZERO,
            || "7 files".to_owned(),
            || {
                // The work goes on until something was said of it.
                let heard: String = std::iter::from_fn(|| hear.recv().ok())
                    .take_while(|part| part != "7 files")
                    .collect();
                assert_eq!(heard, "\r\x1b[K");
                7
            },
        );
        assert_eq!(result, 7);
        let rest: Vec<String> = hear.iter().collect();
        assert_eq!(rest.concat().rsplit("7 files").next(), Some("\r\x1b[K"));
    }

    #[test]
    fn short_work_leaves_no_trace() {
        let mut out = Vec::new();
        let hour = Duration::from_secs(3600);
        assert_eq!(during(&mut out, hour, String::new, || 7), 7);
        assert!(out.is_empty());
    }
}
