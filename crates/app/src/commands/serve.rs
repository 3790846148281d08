//! The server itself.

use std::{process, thread, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{application, settings::Settings};

/// How long ending in order may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves until a signal asks to end. A second one ends at once, and so does a server that cannot end in order.
pub(super) async fn serve(settings: &Settings) -> anyhow::Result<()> {
    // Before anything else: a signal that comes during the start ends the server in order, too.
    let mut signals = Signals::listen()?;
    let application = application::build(settings).await?;
    tracing::info!(address = %application.address(), public_url = %settings.public_url, "portico listens");
    let handle = application.handle();
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("portico ends");
        end_at_the_latest();
        tokio::spawn(handle.stop(true));
        let status = signals.next().await;
        tracing::warn!("portico ends at once, as a second signal asked");
        process::exit(status);
    });
    application.run().await?;
    tracing::info!("portico has ended");
    Ok(())
}

/// Ends the program when everything else has failed to.
fn end_at_the_latest() {
    thread::spawn(|| {
        thread::sleep(PATIENCE);
        tracing::error!("portico did not end in order within {} seconds", PATIENCE.as_secs());
        process::exit(1);
    });
}

/// What asks the server to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next signal; answers the status of a program that it ends.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.terminate.recv() => 128 + SignalKind::terminate().as_raw_value(),
            _ = self.interrupt.recv() => 128 + SignalKind::interrupt().as_raw_value(),
        }
    }
}
