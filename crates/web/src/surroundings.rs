//! What the site is told of the world around it.

use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;
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
    /// How the members' portal shows itself.
    pub portal: PortalFace,
    /// The origins of other sites whose scripts may call every API, to the letter: such as `https://app.example.org`.
    pub cors_origins: Vec<String>,
}

impl Default for Surroundings {
    /// Nobody is trusted, nothing is encrypted, the site has its host to itself, a body takes half a minute at most, and
    /// no other site's scripts may call.
    fn default() -> Self {
        Self {
            registry: Registry::new(),
            trusted_proxies: Vec::new(),
            https: false,
            base_path: String::new(),
            body_time: BodyTime::default().0,
            portal: PortalFace::default(),
            cors_origins: Vec::new(),
        }
    }
}

/// How the members' portal shows itself.
#[derive(Clone, Debug)]
pub struct PortalFace {
    /// Whether cookies go without `Secure`, for plain http.
    pub insecure_cookies: bool,
    /// The zone of its timestamps.
    pub time_zone: Tz,
    /// How long browsers keep the cookie of a session: as long as the session itself lives.
    pub session_ttl: TimeDelta,
}

impl Default for PortalFace {
    /// Secure cookies, the time of Tokyo, and ten days (portal contract sections 1 and 2).
    fn default() -> Self {
        Self { insecure_cookies: false, time_zone: Tz::Asia__Tokyo, session_ttl: TimeDelta::days(10) }
    }
}
