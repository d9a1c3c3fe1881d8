//! What is answered to whom. Pure.

use hyper::{Method, StatusCode, Uri};
use serde_json::json;

use crate::telemetry::{CONTENT_TYPE, Telemetry};

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

/// An answer.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

/// Answers a request that accepts these types.
pub(super) fn to(method: &Method, uri: &Uri, accept: &str, telemetry: &Telemetry) -> Answer {
    let text = |status, body: &str| Answer { status, content_type: TEXT, body: body.to_owned() };
    if !matches!(*method, Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "GET only\n");
    }
    let is_json = accept.contains(JSON) || uri.query().is_some_and(|query| query.contains("format=json"));
    match uri.path() {
        "/metrics" => Answer { status: StatusCode::OK, content_type: CONTENT_TYPE, body: telemetry.page() },
        "/livez" => verdict("alive", telemetry.health.dead(), is_json),
        "/readyz" => verdict("ready", telemetry.health.unready(), is_json),
        _ => text(StatusCode::NOT_FOUND, "copydesk serves /metrics, /livez and /readyz\n"),
    }
}

/// 200 if nothing speaks against it, else 503 with what does.
fn verdict(what: &str, reasons: Vec<String>, is_json: bool) -> Answer {
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    if is_json {
        let body = format!("{}\n", json!({what: reasons.is_empty(), "reasons": reasons}));
        return Answer { status, content_type: JSON, body };
    }
    let body = match reasons.as_slice() {
        [] => format!("{what}\n"),
        reasons => format!("not {what}: {}\n", reasons.join("; ")),
    };
    Answer { status, content_type: TEXT, body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::telemetry::Phase;

    fn get(uri: &'static str, accept: &str, telemetry: &Telemetry) -> (u16, String) {
        let answer = to(&Method::GET, &Uri::from_static(uri), accept, telemetry);
        (answer.status.as_u16(), answer.body)
    }

    #[test]
    fn readiness_is_told_with_its_reasons_as_text_and_as_json() {
        let telemetry = Telemetry::new(&Config::default());
        telemetry.health.enter(Phase::CatchingUp { read: 63, of: 100 });
        telemetry.health.set_faults(vec!["no broker answers".into()]);
        let text = (503, "not ready: catching up 63 %; no broker answers\n".to_owned());
        assert_eq!(get("/readyz", "*/*", &telemetry), text);
        let json = (503, "{\"ready\":false,\"reasons\":[\"catching up 63 %\",\"no broker answers\"]}\n".to_owned());
        assert_eq!(get("/readyz", "application/json", &telemetry), json);
        assert_eq!(get("/readyz?format=json", "", &telemetry), json);
        assert_eq!(get("/livez", "", &telemetry), (200, "alive\n".into()));
        telemetry.health.enter(Phase::Working);
        telemetry.health.set_faults(Vec::new());
        telemetry.health.set_member(true);
        assert_eq!(get("/readyz", "", &telemetry), (200, "ready\n".into()));
    }

    #[test]
    fn other_paths_and_methods_are_refused() {
        let telemetry = Telemetry::new(&Config::default());
        assert_eq!(get("/", "", &telemetry).0, 404);
        assert_eq!(to(&Method::POST, &Uri::from_static("/metrics"), "", &telemetry).status.as_u16(), 405);
        assert!(get("/metrics", "", &telemetry).1.contains("\ncopydesk_records_taken_total 0\n"));
    }
}
