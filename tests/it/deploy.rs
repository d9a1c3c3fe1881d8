//! The shipped manifests, compose file, image and alerts say the same things as the configuration in them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use copydesk::config::{Config, SESSION_TIMEOUT, load};
use copydesk::worker::memory_needed;
use serde_json::Value;

use super::kafka::{self, topics, unique};

/// librdkafka's `max.poll.interval.ms`, unless the configuration sets it.
const MAX_POLL_INTERVAL_MS: i64 = 300_000;
/// What a stop takes beside the drain: leaving the group, the last snapshot.
const STOP_MS: i64 = 10_000;

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Both variants of the workload.
fn workloads() -> [Value; 2] {
    ["deployment/deployment.yaml", "statefulset/statefulset.yaml"]
        .map(|file| yaml(&format!("deploy/kubernetes/{file}")))
}

fn pod(workload: &Value) -> &Value {
    &workload["spec"]["template"]["spec"]
}

fn container(workload: &Value) -> &Value {
    &pod(workload)["containers"][0]
}

/// The configuration in the ConfigMap as written, and as the real loader reads it; a build without TLS reads it without.
fn in_cluster() -> (Value, Config) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copydesk.yaml");
    let map = yaml("deploy/kubernetes/base/configmap.yaml");
    let written = map["data"]["copydesk.yaml"].as_str().unwrap();
    fs::write(&path, written).unwrap();
    let has_tls = cfg!(any(feature = "tls", feature = "tls-vendored"));
    let plain = ["kafka.properties.security.protocol=PLAINTEXT".to_owned()];
    let config = load(Some(&path), if has_tls { &[] } else { &plain }).unwrap_or_else(|error| panic!("{error}"));
    (serde_saphyr::from_str(written).unwrap(), config)
}

fn bytes(quantity: &Value) -> u64 {
    let quantity = quantity.as_str().unwrap();
    let (number, unit) = quantity.split_at(quantity.find(|c: char| !c.is_ascii_digit()).unwrap_or(quantity.len()));
    let factor = match unit {
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        // compose's suffixes are binary too
        "G" => 1 << 30,
        other => panic!("unit {other}"),
    };
    number.parse::<u64>().unwrap() * factor
}

/// The port of `server.listen`.
fn port(config: &Config) -> u64 {
    let config = serde_json::to_value(config).unwrap();
    let (host, port) = config["server"]["listen"].as_str().unwrap().rsplit_once(':').unwrap();
    assert_eq!(host, "0.0.0.0", "in a container, {host} would be reached by nobody");
    port.parse().unwrap()
}

#[test]
fn a_stop_has_the_time_that_a_drain_may_take() {
    let (_, config) = in_cluster();
    let drain = config.flow.drain_timeout.millis();
    for workload in workloads() {
        let grace = pod(&workload)["terminationGracePeriodSeconds"].as_i64().unwrap() * 1_000;
        assert!(grace >= drain + STOP_MS, "{grace} ms to stop, and a drain of {drain} ms");
    }
    // A drain ends before its transaction does, a transaction before its session, a session before a poll is missed.
    let property = |name: &str, default| config.kafka.properties.get(name).map_or(default, |ms| ms.parse().unwrap());
    let transaction = config.flow.transaction_timeout.millis();
    let session = property("session.timeout.ms", SESSION_TIMEOUT.millis());
    let poll = property("max.poll.interval.ms", MAX_POLL_INTERVAL_MS);
    assert!(drain < transaction && transaction <= session && session < poll, "{drain} {transaction} {session} {poll}");

    let compose = yaml("docker-compose.yml");
    let grace = compose["services"]["worker"]["stop_grace_period"].as_str().unwrap();
    let grace: i64 = grace.strip_suffix('s').unwrap().parse().unwrap();
    assert!(grace * 1_000 >= compose_config().flow.drain_timeout.millis() + STOP_MS);
}

fn compose_config() -> Config {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/compose/copydesk.yaml");
    load(Some(&path), &[]).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn memory_limits_hold_what_the_worker_may_come_to_need() {
    let (_, config) = in_cluster();
    let needed = memory_needed(&config);
    for workload in workloads() {
        let resources = &container(&workload)["resources"];
        let limit = bytes(&resources["limits"]["memory"]);
        assert!(limit >= needed, "{} MiB, and {} MiB may be needed", limit >> 20, needed >> 20);
        assert_eq!(bytes(&resources["requests"]["memory"]), limit, "memory is not given back");
        let threads: usize = resources["requests"]["cpu"].as_str().unwrap().parse().unwrap();
        assert_eq!(config.threads, threads, "threads are what the pod requests");
        // The alert is told before the kernel acts, and not while all is as reckoned.
        let alerts = text("deploy/prometheus/alerts.yml");
        assert!(
            alerts.contains(&format!("> {} and ", limit * 9 / 10)),
            "nine tenths of the limit are {}",
            limit * 9 / 10
        );
        assert!(limit * 9 / 10 > needed);
    }
    let compose = yaml("docker-compose.yml");
    let limit = bytes(&compose["services"]["worker"]["deploy"]["resources"]["limits"]["memory"]);
    assert!(limit >= memory_needed(&compose_config()));
}

#[test]
fn ports_are_where_the_worker_listens() {
    let (_, config) = in_cluster();
    let listens = port(&config);
    for workload in workloads() {
        let container = container(&workload);
        assert_eq!(container["ports"][0]["containerPort"], listens);
        let name = &container["ports"][0]["name"];
        for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
            assert_eq!(container[probe]["httpGet"]["port"], *name, "{probe}");
        }
        let service = &yaml("deploy/kubernetes/base/service.yaml")["spec"]["ports"][0];
        assert_eq!((&service["port"], &service["targetPort"]), (&Value::from(listens), name));
        let network = yaml("deploy/kubernetes/base/network.yaml");
        assert_eq!(network["spec"]["ingress"][0]["ports"][0]["port"], *name);
        let monitor = yaml("deploy/kubernetes/podmonitor.yaml");
        assert_eq!(monitor["spec"]["podMetricsEndpoints"][0]["port"], *name);
    }
    let brokers: u64 = config.kafka.brokers.rsplit_once(':').unwrap().1.parse().unwrap();
    let network = yaml("deploy/kubernetes/base/network.yaml");
    assert_eq!(network["spec"]["egress"][1]["ports"][0]["port"], brokers, "Kafka must be let through");

    let image = load(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/image.yaml")), &[]).unwrap();
    assert!(text("deploy/Dockerfile").contains(&format!("EXPOSE {}\n", port(&image))));
    let listens = port(&compose_config());
    let published = yaml("docker-compose.yml")["services"]["worker"]["ports"][0].as_str().unwrap().to_owned();
    assert!(published.ends_with(&format!(":{listens}")), "{published}");
    let scraped = &yaml("deploy/prometheus/prometheus.yml")["scrape_configs"][0]["dns_sd_configs"][0];
    assert_eq!((&scraped["port"], &scraped["names"][0]), (&Value::from(listens), &Value::from("worker")));
}

#[test]
fn whatever_the_configuration_reads_or_writes_is_mounted() {
    let (written, config) = in_cluster();
    let dockerfile = text("deploy/Dockerfile");
    let told = dockerfile.lines().find_map(|line| line.strip_prefix("ENV COPYDESK_CONFIG=")).unwrap().to_owned();
    let user: u64 =
        dockerfile.lines().find_map(|line| line.strip_prefix("USER ")?.split(':').next()?.parse().ok()).unwrap();
    let mut paths = vec![told, config.dedupe.state_dir.unwrap().display().to_string()];
    let kafka = &written["kafka"];
    paths.extend(kafka["secrets"].as_object().unwrap().values().map(|path| path.as_str().unwrap().to_owned()));
    paths.push(kafka["properties"]["ssl.ca.location"].as_str().unwrap().to_owned());
    for workload in workloads() {
        let mounts = container(&workload)["volumeMounts"].as_array().unwrap();
        for path in &paths {
            let is_under = |mount: &&Value| path.starts_with(mount["mountPath"].as_str().unwrap());
            assert!(mounts.iter().any(|mount| is_under(&mount)), "{path} is on no volume");
        }
        let context = &pod(&workload)["securityContext"];
        for id in ["runAsUser", "runAsGroup", "fsGroup"] {
            assert_eq!(context[id], user, "{id}");
        }
    }
    // What the secret has is what the configuration reads.
    let secret = yaml("deploy/kubernetes/base/secret.example.yaml");
    for path in paths.iter().filter(|path| path.contains("/kafka/")) {
        let key = path.rsplit('/').next().unwrap();
        assert!(secret["stringData"][key].is_string(), "the secret has no {key}");
    }
}

#[test]
fn both_variants_are_the_same_pod_but_for_its_name_and_state() {
    let [deployment, stateful] = workloads().map(|mut workload| {
        let spec = &mut workload["spec"]["template"]["spec"];
        spec["volumes"].as_array_mut().unwrap().retain(|volume| volume["name"] != "state");
        let container = spec["containers"][0].as_object_mut().unwrap();
        let arguments = container.remove("args").unwrap();
        container.remove("env");
        (workload["spec"]["template"].clone(), arguments)
    });
    assert_eq!(deployment.0, stateful.0);
    assert_eq!(deployment.1, serde_json::json!(["run"]));
    assert_eq!(stateful.1, serde_json::json!(["run", "--set", "kafka.instance=$(POD_NAME)"]));
}

#[test]
fn compose_runs_the_kafka_that_the_tests_run() {
    let image = yaml("docker-compose.yml")["x-kafka-image"].as_str().unwrap().to_owned();
    let version = image.strip_prefix("apache/kafka:").unwrap();
    assert!(text("tests/it/kafka/pom.xml").contains(&format!("<version>{version}</version>")), "{image}");
}

/// Compose's sample producer sends what the demo sends: with Kafka's own console producer, which the image has.
#[test]
fn the_samples_arrive_as_they_are() {
    let Some(bootstrap) = kafka::shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let producer = folder.path().join("kafka-console-producer.sh");
    let jars = kafka::jars::folder().unwrap();
    let java =
        format!("#!/bin/sh\nexec java -cp '{}/*' org.apache.kafka.tools.ConsoleProducer \"$@\"\n", jars.display());
    fs::write(&producer, java).unwrap();
    fs::set_permissions(&producer, fs::Permissions::from_mode(0o755)).unwrap();
    let topic = unique("samples");
    topics::create(bootstrap, &topic, 1, &[]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let articles = root.join("src/demo/articles.jsonl");
    let sent = Command::new("bash")
        .arg(root.join("deploy/compose/samples.sh"))
        .arg(&articles)
        .envs([("KAFKA", folder.path().to_str().unwrap()), ("BROKERS", bootstrap), ("TOPIC", &topic)])
        .envs([("PAUSE", "0"), ("ROUNDS", "1")])
        .output()
        .unwrap();
    assert!(sent.status.success(), "{sent:?}");
    let seen = topics::read(bootstrap, &topic);
    let lines = fs::read_to_string(articles).unwrap();
    assert_eq!(seen.len(), lines.lines().count());
    for (seen, line) in seen.iter().zip(lines.lines()) {
        let article: Value = serde_json::from_str(line).unwrap();
        assert_eq!(seen.key.as_deref(), article["key"].as_str().map(str::as_bytes), "{line}");
        match article.get("value") {
            Some(value) => assert_eq!(seen.json(), *value),
            // A record is a line: a broken one keeps everything but its line ends.
            None => {
                let raw = article["raw"].as_str().unwrap().replace('\n', " ");
                assert_eq!(seen.value.as_deref(), Some(raw.as_bytes()));
            }
        }
    }
}
