//! The server itself.

use tokio::signal::unix::{SignalKind, signal};

use crate::{application, settings::Settings};

/// Serves until a signal asks to end.
pub(super) async fn serve(settings: &Settings) -> anyhow::Result<()> {
    // Before anything else: a signal that comes during the start ends the server in order, too.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let application = application::build(settings).await?;
    tracing::info!(address = %application.address(), public_url = %settings.public_url, "portico listens");
    let handle = application.handle();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("portico ends");
        handle.stop(true).await;
    });
    application.run().await
}
