//! Log lines, on standard error, so that standard output stays free for what a command prints.

use std::io::{self, IsTerminal as _};

use tracing::{Subscriber, subscriber::SetGlobalDefaultError};
use tracing_subscriber::{EnvFilter, Layer as _, fmt::MakeWriter, layer::SubscriberExt as _, registry};

use crate::settings::LogSettings;

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl LogFormat {
    /// Reads `text` or `json`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Reads a filter such as `info` or `info,portico_web=debug`; `None` when it is malformed.
pub(crate) fn filter(text: &str) -> Option<EnvFilter> {
    // The grammar takes any lone word as the name of a module: a mistyped level would silence everything else.
    let mistyped = text.split(',').any(|part| {
        part.chars().all(|c| c.is_ascii_alphabetic())
            && !["off", "error", "warn", "info", "debug", "trace"]
                .iter()
                .any(|level| part.eq_ignore_ascii_case(level))
    });
    if mistyped { None } else { EnvFilter::try_new(text).ok() }
}

/// Sends the events of this process to standard error from now on.
///
/// # Errors
/// When that was done before.
pub(crate) fn install(log: &LogSettings) -> Result<(), SetGlobalDefaultError> {
    send_log_to(log, io::stderr().is_terminal(), io::stderr)
}

/// Sends the events of this process to a writer from now on, in colours when `colours` says so: the lines are those
/// that the program writes.
///
/// # Errors
/// When that was done before.
pub fn send_log_to<W>(log: &LogSettings, colours: bool, writer: W) -> Result<(), SetGlobalDefaultError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing::subscriber::set_global_default(subscriber(log, colours, writer))
}

/// Writes the events that the settings ask for as lines, in colours when `colours` says so.
fn subscriber<W>(log: &LogSettings, colours: bool, writer: W) -> impl Subscriber + Send + Sync + 'static
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines = match log.format {
        LogFormat::Text => lines.with_ansi(colours).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    registry().with(lines).with(filter(&log.filter).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(filter: &str, format: LogFormat) -> String {
        let memory = Memory::default();
        let writer = memory.clone();
        let log = LogSettings { filter: filter.to_owned(), format };
        tracing::subscriber::with_default(subscriber(&log, false, move || writer.clone()), || {
            tracing::info!(letter = 7, "delivered");
            tracing::debug!("hidden");
            tracing::debug!(target: "other", "shown");
        });
        String::from_utf8(memory.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn the_filter_decides_which_events_become_lines() {
        let text = logged("info,other=debug", LogFormat::Text);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains("INFO") && text.contains("delivered letter=7"), "{text}");
        assert!(text.contains("shown") && !text.contains("hidden"), "{text}");
        assert_eq!(logged("off", LogFormat::Text), "");
    }

    #[test]
    fn json_lines_are_objects_with_the_fields_at_the_top() {
        let text = logged("info", LogFormat::Json);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.starts_with('{') && text.trim_end().ends_with('}'), "{text}");
        assert!(text.contains(r#""message":"delivered""#) && text.contains(r#""letter":7"#), "{text}");
    }

    #[test]
    fn a_mistyped_filter_is_refused() {
        for text in
            ["info", "WARN", "off", "info,portico_web=debug", "portico_web", "warn,[span{id=1}]=trace"]
        {
            assert!(filter(text).is_some(), "{text}");
        }
        for text in ["verbose", "infos", "info,", "info,portico_web=loud", "=", "a=b=c"] {
            assert!(filter(text).is_none(), "{text:?}");
        }
    }
}
