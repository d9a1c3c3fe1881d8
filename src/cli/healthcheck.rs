//! `copydesk healthcheck`: asks a worker how it is. For images without a shell.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::ConfigArguments;
use crate::config::{Config, Listen};

/// Longest wait for each part of the answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// No answer of a worker is longer.
const LONGEST: u64 = 64 << 10;

/// Arguments of `copydesk healthcheck`.
#[derive(Args)]
pub(super) struct Healthcheck {
    #[command(flatten)]
    config: ConfigArguments,
    /// What to ask, such as http://127.0.0.1:9464/livez; unless given, /readyz of the worker that the configuration describes.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

impl Healthcheck {
    /// 0 if the answer is 200, else 1.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let url = match &self.url {
            Some(url) => url.clone(),
            None => own(&self.config.load_without_secrets()?)?,
        };
        let (status, body) = get(&url).with_context(|| format!("{url} does not answer"))?;
        eprintln!("{}", body.trim_end());
        Ok(if status == 200 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// `/readyz` of the worker with this configuration.
fn own(config: &Config) -> anyhow::Result<String> {
    let Listen::At(address) = config.server.listen else {
        anyhow::bail!("server.listen is off: there is nobody to ask");
    };
    // Who listens everywhere is asked on the loopback.
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    Ok(format!("http://{}/readyz", SocketAddr::new(ip, address.port())))
}

/// Status and body of a plain HTTP GET.
fn get(url: &str) -> anyhow::Result<(u16, String)> {
    let rest = url.strip_prefix("http://").context("write a URL that starts with http://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let address = host.to_socket_addrs()?.next().context("the host has no address")?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(LONGEST).read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer is not HTTP")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("the answer is not HTTP")?;
    Ok((status, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Server;

    #[test]
    fn who_listens_everywhere_is_asked_on_the_loopback() {
        for (listen, expected) in [
            ("0.0.0.0:9464", "http://127.0.0.1:9464/readyz"),
            ("[::]:1", "http://[::1]:1/readyz"),
            ("10.0.0.7:80", "http://10.0.0.7:80/readyz"),
        ] {
            let config = Config { server: Server { listen: listen.parse().unwrap() }, ..Config::default() };
            assert_eq!(own(&config).unwrap(), expected);
        }
        let config = Config { server: Server { listen: Listen::Off }, ..Config::default() };
        assert!(own(&config).unwrap_err().to_string().contains("server.listen is off"));
    }
}
