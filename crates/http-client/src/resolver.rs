//! What names stand for.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    vec,
};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

use crate::address::AddressPolicy;

/// The addresses of a name, on their way.
pub(crate) type Addresses = Pin<Box<dyn Future<Output = io::Result<vec::IntoIter<SocketAddr>>> + Send>>;

/// Knows what names stand for.
pub(crate) trait Names: Send + Sync {
    /// The addresses of a name, whatever they are.
    fn look_up(&self, name: Name) -> Addresses;
}

/// What the operating system knows.
pub(crate) struct SystemNames;

impl Names for SystemNames {
    fn look_up(&self, name: Name) -> Addresses {
        Box::pin(async move {
            let addresses: Vec<_> = GaiResolver::new().call(name).await?.collect();
            Ok(addresses.into_iter())
        })
    }
}

/// Resolves names to the addresses that may be asked. What it lets through is what is connected to: a name that stands
/// for something else a moment later leads nowhere else.
#[derive(Clone)]
pub(crate) struct Resolver {
    names: Arc<dyn Names>,
    policy: AddressPolicy,
}

impl Resolver {
    pub(crate) const fn new(names: Arc<dyn Names>, policy: AddressPolicy) -> Self {
        Self { names, policy }
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Addresses;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Addresses {
        let (found, policy) = (self.names.look_up(name.clone()), self.policy);
        Box::pin(async move {
            let found: Vec<_> = found.await?.collect();
            let is_known = !found.is_empty();
            let allowed: Vec<_> =
                found.into_iter().filter(|address| policy.allows_at(name.as_str(), address.ip())).collect();
            if is_known && allowed.is_empty() {
                return Err(io::Error::other(format!("{name} stands for no address that may be asked")));
            }
            Ok(allowed.into_iter())
        })
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").field("policy", &self.policy).finish_non_exhaustive()
    }
}
