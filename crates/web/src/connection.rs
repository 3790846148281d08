//! Connections that are held open without a request. The server itself gives the head of a connection's first request
//! five seconds, and closes an idle connection later on; but a client that has had an answer and then sends the next
//! head byte by byte would keep his place for ever.

use std::{
    any::Any,
    cell::Cell,
    net::{Shutdown, TcpStream},
    os::fd::AsFd as _,
    rc::{Rc, Weak},
    time::{Duration, Instant},
};

use actix_web::{
    dev::{Extensions, ServiceRequest},
    rt::{self, task::JoinHandle, time::sleep_until},
};

/// What is known of a connection.
struct Connection {
    /// A second handle on it.
    socket: TcpStream,
    /// Requests of it that have no answer yet.
    requests: Cell<usize>,
    /// When the last answer was given, or the connection opened.
    idle_since: Cell<Instant>,
}

/// A connection under watch; the watch ends with it.
struct Watched {
    connection: Rc<Connection>,
    watch: JoinHandle<()>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

/// For `HttpServer::on_connect`: closes connections that have no request for longer than `patience`, whatever else
/// they send.
pub fn watched(patience: Duration) -> impl Fn(&dyn Any, &mut Extensions) + Clone + Send + Sync + 'static {
    move |stream, extensions| {
        let stream = stream.downcast_ref::<rt::net::TcpStream>();
        // Without a further descriptor the connection is served unwatched.
        let Some(Ok(socket)) = stream.map(|stream| stream.as_fd().try_clone_to_owned()) else { return };
        let (requests, idle_since) = (Cell::new(0), Cell::new(Instant::now()));
        let connection = Rc::new(Connection { socket: socket.into(), requests, idle_since });
        let watch = rt::spawn(watch(Rc::downgrade(&connection), patience));
        extensions.insert(Watched { connection, watch });
    }
}

async fn watch(connection: Weak<Connection>, patience: Duration) {
    let mut next = Instant::now() + patience;
    loop {
        sleep_until(next.into()).await;
        let Some(connection) = connection.upgrade() else { return };
        let now = Instant::now();
        next = if connection.requests.get() > 0 { now } else { connection.idle_since.get() } + patience;
        if next <= now {
            // It may have been closed already.
            let _ = connection.socket.shutdown(Shutdown::Both);
            return;
        }
    }
}

/// A request that is being answered; its connection is not idle for as long.
pub(crate) struct Busy(Option<Rc<Connection>>);

impl Busy {
    /// The connection of a request becomes busy.
    pub(crate) fn with(request: &ServiceRequest) -> Self {
        let watched = request.conn_data::<Watched>();
        Self(watched.map(|watched| {
            let connection = &watched.connection;
            connection.requests.set(connection.requests.get() + 1);
            Rc::clone(connection)
        }))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(connection) = &self.0 {
            connection.requests.set(connection.requests.get() - 1);
            connection.idle_since.set(Instant::now());
        }
    }
}
