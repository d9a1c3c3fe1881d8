//! The HTTP side of the worker: `/metrics`, `/livez`, `/readyz`. One thread, which is up before anything else is.
//!
//! It reads what [`crate::telemetry`] has and changes nothing, so that no probe can hold up the worker.

mod answer;

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::Semaphore;
use tracing::{debug, info};

use crate::telemetry::Telemetry;

/// Most connections at once; a scraper and a few probes need one each.
const CONNECTIONS: usize = 64;
/// How long a client may take to say what it wants.
const HEADERS: Duration = Duration::from_secs(10);
/// Wait before the next connection is accepted where that failed (no file is left, say).
const BACK_OFF: Duration = Duration::from_millis(100);

/// Starts to listen, and serves from then on. Returns where: the port is the system's choice if none was asked for.
///
/// # Errors
/// The address cannot be had.
pub fn start(listen: SocketAddr, telemetry: Arc<Telemetry>) -> anyhow::Result<SocketAddr> {
    let (listener, address) = bind(listen).map_err(|error| {
        let advice = "set server.listen to a free address and port (each worker on a machine needs its own), or to off";
        anyhow::anyhow!("server.listen: {listen} cannot be listened on ({error}): {advice}")
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _inside = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    thread::Builder::new().name("server".into()).spawn(move || runtime.block_on(serve(listener, telemetry)))?;
    info!(%address, "metrics and health");
    Ok(address)
}

fn bind(listen: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(listen)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

async fn serve(listener: tokio::net::TcpListener, telemetry: Arc<Telemetry>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                debug!(%error, "server.listen");
                tokio::time::sleep(BACK_OFF).await;
                continue;
            }
        };
        let telemetry = Arc::clone(&telemetry);
        tokio::spawn(async move {
            let _place = place;
            let service = service_fn(|request| std::future::ready(Ok::<_, Infallible>(answer(&request, &telemetry))));
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(HEADERS);
            if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
                debug!(%error, "a client of server.listen");
            }
        });
    }
}

fn answer(request: &Request<Incoming>, telemetry: &Telemetry) -> Response<Full<Bytes>> {
    let accept = request.headers().get(hyper::header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let answer = answer::to(request.method(), request.uri(), accept.unwrap_or_default(), telemetry);
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = answer.status;
    let kind = hyper::header::HeaderValue::from_static(answer.content_type);
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    response
}
