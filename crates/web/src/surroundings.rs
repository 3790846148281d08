//! What the site is told of the world around it.

use std::time::Duration;

use prometheus::Registry;

use crate::client_address::Network;

/// How long the body of a request may take to arrive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyTime(pub(crate) Duration);

impl Default for BodyTime {
    fn default() -> Self {
        Self(Duration::from_secs(30))
    }
}

/// What the operator decided, and what the rest of the program counts.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Where requests are counted, and what `/metrics` shows.
    pub registry: Registry,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether people reach the site by https: then browsers are told to stay with it.
    pub https: bool,
    /// The path before every path of the site, as people see it behind a proxy: empty, or such as `/club`.
    pub base_path: String,
    /// How long the body of a request may take to arrive.
    pub body_time: Duration,
}

impl Default for Surroundings {
    /// Nobody is trusted, nothing is encrypted, the site has its host to itself, and a body takes half a minute at most.
    fn default() -> Self {
        Self {
            registry: Registry::new(),
            trusted_proxies: Vec::new(),
            https: false,
            base_path: String::new(),
            body_time: BodyTime::default().0,
        }
    }
}
